package scene

// Widths of text are estimated from one table, not measured, so that a world has the same picture wherever it is laid
// out and whichever faces a machine has. The table is generous by a few hundredths of an em.

// monoWidth is the advance of every character of the page's monospaced faces, in em.
const monoWidth = 0.61

// uiWidths are advances in hundredths of an em of the characters from space to tilde in common sans-serif faces.
const uiWidths = "\x1b\x1d\x27\x3c\x3a\x59\x48\x18\x20\x20\x34\x3a\x1b\x22\x1b\x26\x39\x39\x39\x39\x39\x39\x39\x39\x39\x39\x1c\x1c\x3a\x3a\x3a\x31" +
	"\x5c\x44\x41\x43\x49\x3c\x39\x4a\x4b\x1e\x26\x42\x37\x57\x4b\x4f\x3f\x4f\x41\x3b\x3b\x49\x42\x60\x40\x3f\x3d\x1f\x26\x1f\x3a\x34" +
	"\x24\x39\x3c\x35\x3c\x39\x23\x3c\x3c\x1b\x1b\x38\x1b\x5b\x3c\x3b\x3c\x3c\x28\x33\x26\x3c\x37\x4d\x38\x37\x33\x22\x25\x22\x3a"

// textWidth is how wide a text of the given type size will be at most.
func textWidth(s string, f Face, size float64) float64 {
	w := 0.0
	for _, r := range s {
		switch {
		case f == Mono || f == MonoStrong:
			w += monoWidth
		case r >= ' ' && r <= '~':
			w += float64(uiWidths[r-' ']) / 100
		case r >= 0x2e80: // scripts whose characters fill a square
			w++
		default:
			w += 0.62
		}
	}
	if f == UIStrong {
		w *= 1.06
	}
	return w * size
}

// fit shortens a text to a width, with an ellipsis where something is left out.
func fit(s string, f Face, size, width float64) string {
	if textWidth(s, f, size) <= width {
		return s
	}
	rest := width - textWidth("…", f, size)
	w := 0.0
	for i, r := range s {
		w += textWidth(string(r), f, size)
		if w > rest {
			return s[:i] + "…"
		}
	}
	return s
}
