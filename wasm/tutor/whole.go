//go:build js && wasm && !first

package main

// Without the tag first this is full.wasm, in whose worlds somebody can type at terminals and use a mail program, and which lacks no
// protocol. Whoever does nothing of that kind has not waited for it.
import (
	_ "ehlo/sim/mua"
	_ "ehlo/sim/shell"
)
