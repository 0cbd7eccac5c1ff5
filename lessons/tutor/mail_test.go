package tutor_test

import (
	"testing"

	_ "ehlo/sim/mua"
)

type mailView struct {
	View struct {
		Host, User, Open string
		Busy             bool
		Letters          []struct {
			Number  uint32
			Subject string
		}
		Message *struct{ Parts []struct{ Text string } }
	}
	Fault string
}

// TestMail clicks in the mail program of another host than the learner's.
func TestMail(t *testing.T) {
	c := open(t)
	bob := map[string]any{"host": "desk.example.net"}
	if v := must[mailView](c, "mailView", bob); v.View.User != "bob" || v.View.Open != "INBOX" || len(v.View.Letters) != 0 || v.View.Message != nil {
		t.Errorf("a new mail program is %+v", v)
	}
	click := func(text string) mailView {
		t.Helper()
		must[state](c, "mail", map[string]any{"host": "desk.example.net", "click": text})
		must[state](c, "run", nil)
		return must[mailView](c, "mailView", bob)
	}
	if v := click("check"); v.Fault != "" || v.View.Busy || len(v.View.Letters) != 2 || v.View.Letters[1].Subject != "Shopping list" {
		t.Errorf("%+v", v)
	}
	if v := click("read 2"); v.View.Message == nil || len(v.View.Message.Parts) != 1 {
		t.Errorf("%+v", v)
	}
	if part := must[struct{ B64 string }](c, "mailPart", map[string]any{"host": "desk.example.net", "part": 0}); part.B64 == "" {
		t.Error("the text has no octets")
	}
	if v := click("settings\npassword wrong\n"); v.Fault != "" {
		t.Errorf("%+v", v)
	}
	click("quit")
	if v := click("check"); v.Fault != "`mx.example.net` refuses the login of `bob`: User name or password is wrong. Look at name and password in the account." {
		t.Errorf("%q", v.Fault)
	}
	for _, args := range []map[string]any{{"host": "desk.example.net", "click": "fly"}, {"host": "nowhere.example", "click": "check"}} {
		if _, id, _ := c.call("mail", args); id != "mua.no-click" && id != "sim.no-host" {
			t.Errorf("%v: %q", args, id)
		}
	}
	if _, id, _ := c.call("mailView", map[string]any{"host": "nowhere.example"}); id != "sim.no-host" {
		t.Errorf("a host that is not there: %q", id)
	}
}
