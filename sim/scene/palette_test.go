package scene

import (
	"math"
	"testing"
)

// blindness are the matrices by which people without one kind of cone see colours, in linear RGB (Machado, Oliveira and
// Fernandes 2009, severity 1).
var blindness = map[string][3][3]float64{
	"protanopia":   {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
	"deuteranopia": {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
	"tritanopia":   {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}},
}

func linear(v uint32) (rgb [3]float64) {
	for i := range rgb {
		c := float64(v>>(16-8*i)&255) / 255
		if rgb[i] = c / 12.92; c > 0.04045 {
			rgb[i] = math.Pow((c+0.055)/1.055, 2.4)
		}
	}
	return rgb
}

// lab is a linear colour in CIELAB, in which equal distances look equally large.
func lab(rgb [3]float64) (out [3]float64) {
	white := [3]float64{0.9505, 1, 1.089}
	xyz := [3][3]float64{{0.4124, 0.3576, 0.1805}, {0.2126, 0.7152, 0.0722}, {0.0193, 0.1192, 0.9505}}
	var f [3]float64
	for i, row := range xyz {
		t := (row[0]*rgb[0] + row[1]*rgb[1] + row[2]*rgb[2]) / white[i]
		if f[i] = math.Cbrt(t); t < 0.008856 {
			f[i] = 7.787*t + 16.0/116
		}
	}
	return [3]float64{116*f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])}
}

func seen(v uint32, m [3][3]float64) [3]float64 {
	rgb := linear(v)
	var out [3]float64
	for i, row := range m {
		out[i] = min(max(row[0]*rgb[0]+row[1]*rgb[1]+row[2]*rgb[2], 0), 1)
	}
	return lab(out)
}

// TestColoursWithoutACone compares colours that stand beside each other and mean different things. Shapes and marks tell
// them apart too; but who does not see red and green has to see two colours here.
func TestColoursWithoutACone(t *testing.T) {
	pairs := [][2]Token{{Client, Server}, {PermanentFill, TransientFill}, {PermanentFill, Client}, {TransientFill, Sheet}, {LetterReturn, LetterPaper},
		{Client, Sheet}, {Server, Sheet}, {TLS, Paper}, {MailboxInk, MailboxWash}, {Queue, Rule}}
	for theme, p := range map[string]*Palette{"light": &Light, "dark": &Dark, "projector": &Projector} {
		for kind, m := range blindness {
			for _, pair := range pairs {
				a, b := seen(p[pair[0]], m), seen(p[pair[1]], m)
				if d := math.Sqrt((a[0]-b[0])*(a[0]-b[0]) + (a[1]-b[1])*(a[1]-b[1]) + (a[2]-b[2])*(a[2]-b[2])); d < 15 {
					t.Errorf("%s, %s: %v and %v are %.0f apart, want 15 or more", theme, kind, pair[0], pair[1], d)
				}
			}
		}
	}
}
