//go:build js

// Command empty is the smallest Go program in a page that answers a call: what the real page is compared with.
package main

import "syscall/js"

func main() {
	js.Global().Set("answer", js.FuncOf(func(js.Value, []js.Value) any { return true }))
	select {}
}
