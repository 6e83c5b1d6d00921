// Package cli is the command line: cobra commands whose flags become options
// once, and the wiring between gathering, judging and printing.
package cli
