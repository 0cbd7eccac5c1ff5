package message_test

import (
	"testing"

	"ehlo/sim/message"
)

func TestBaseSubject(t *testing.T) {
	for _, c := range []struct {
		value, base string
		reply       bool
	}{
		{"Supper", "Supper", false},
		{"Re: Supper", "Supper", true},
		{"re :[list] RE[2]: Supper  tonight (fwd) (FWD) ", "Supper tonight", true},
		{"[list] Supper", "Supper", false},
		{"[list][other] Fwd: Supper", "Supper", true},
		{"[list]", "[list]", false},
		{"Re: [list]", "[list]", true},
		{"[Fwd: [Fwd: Re: Supper (fwd)] ]", "Supper", true},
		{"[fwd: Supper", "[fwd: Supper", false},
		{"Reply: Supper", "Reply: Supper", false},
		{"=?utf-8?Q?Re:_Caf=C3=A9?=", "Café", true},
		{"Fw:", "", true},
		{"", "", false},
		{"[a[b] Supper", "[a[b] Supper", false},
	} {
		if base, reply := message.BaseSubject(c.value); base != c.base || reply != c.reply {
			t.Errorf("%q: %q %v, want %q %v", c.value, base, reply, c.base, c.reply)
		}
	}
}
