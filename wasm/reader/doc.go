//go:build !(js && wasm)

// Command reader renders lessons in the browser; it builds for GOOS=js GOARCH=wasm only.
package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "reader runs in a browser: build it with GOOS=js GOARCH=wasm")
	os.Exit(2)
}
