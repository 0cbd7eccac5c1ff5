package imap

import (
	"testing"

	"ehlo/sim/message"
)

// Addresses that are written without being taken apart are those that taking them apart gives.
func FuzzPlainAddresses(f *testing.F) {
	for _, value := range []string{"a@b.example", "Carla D <c@d.example>, e@f.example", "a@b, ", ",a@b", "A  B <c@d>", "<a@b>", "a b@c",
		"a@b@c", "A <a@b> c", `"A" <a@b>`, "a@b (C)", "G: a@b;", "a.b+c@d-e.example,f@g", "A\tB <c@d>", "é <a@b>"} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		got, ok := appendPlainAddresses(nil, unfolded([]byte(value)))
		if !ok {
			return
		}
		if want := appendAddresses(nil, message.ParseAddressList(string(unfolded([]byte(value))))); string(got) != string(want) {
			t.Errorf("%q: %s, and not %s", value, got, want)
		}
	})
}
