// Package huge runs the plugin on what is huge, and on what is made with malice, and holds
// it to the bounds that docs/performance.md gives.
package huge
