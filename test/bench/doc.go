// Command bench fills a real cluster with Helm releases, and measures whole processes on
// it: the plugin, what people use today, and the floors below which no client can come.
// It writes docs/performance.md's tables and plots from what it saw.
//
//	bench -releases 100,300,1000 -revisions 10
//
// Nothing here is a test: figures differ from machine to machine.
package main
