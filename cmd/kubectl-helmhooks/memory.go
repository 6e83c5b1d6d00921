package main

import (
	"os"
	"runtime/debug"
)

// collectEagerly has garbage collected when the heap has grown by a half, and not when
// it has doubled: what is read passes by, and most of the time goes into waiting for it.
// Who sets GOGC decides.
func collectEagerly() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50)
	}
}
