package daemon

import (
	"strings"
	"testing"
)

func TestQuotable(t *testing.T) {
	for reason, want := range map[string]string{
		"550 5.1.1 No such user here":       "550 5.1.1 No such user here",
		"550 caf\u00e9 \x00\r\x7f":          "550 caf?? ???",
		"550 " + strings.Repeat("x", 60000): "550 " + strings.Repeat("x", 508),
	} {
		if got := quotable(reason); got != want {
			t.Errorf("%.40q becomes %.40q of %d octets, want %.40q", reason, got, len(got), want)
		}
	}
}
