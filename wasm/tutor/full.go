//go:build js && wasm && full

package main

// With the tag full this is full.wasm, in whose worlds somebody can type at terminals and use a mail program. Whoever does nothing of that kind
// has not waited for it.
import (
	_ "ehlo/sim/mua"
	_ "ehlo/sim/shell"
)
