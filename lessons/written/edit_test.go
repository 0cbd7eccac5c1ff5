package written_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"ehlo/lessons/locale/localetest"
	"ehlo/lessons/packed"
	"ehlo/lessons/written"
	"ehlo/sim/personas"
	"ehlo/sim/worlds"
)

// known are the personas, packed.
var known = packed.Append(nil, personas.All())

// change makes one change of a world file.
func change(t *testing.T, text string, e written.Edit) (after written.Edited) {
	t.Helper()
	request, err := json.Marshal(map[string]any{"name": "mine", "text": text, "edit": e})
	if err != nil {
		t.Fatal(err)
	}
	answer, err := written.Change(request, known, localetest.English(t, "../.."))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(answer, &after); err != nil {
		t.Fatal(err)
	}
	return after
}

const small = `# A world.
grammar = 1
title = "Small" # so it is

# The server.
[[host]]
name = "mx.example.net"
address = "192.0.2.1"
role = "mta"
aliases = """
[[host]]: nobody
"""

  [[host.service]]
  protocol = "smtp"

# Who reads.
[[domain]]
name = "example.net"
mx = "mx.example.net"

[[user]]
address = "bob@example.net"
password = "plover"
`

// added are the lines of a text that another has not, and with - those that are gone.
func added(before, after string) string {
	var out []string
	left := strings.Split(before, "\n")
	for _, line := range strings.Split(after, "\n") {
		for i, old := range left {
			if old == line {
				left = append(left[:i], left[i+1:]...)
				line = ""
				break
			}
		}
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	for _, line := range left {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, "-"+line)
		}
	}
	return strings.Join(out, "; ")
}

func TestChanges(t *testing.T) {
	text := small
	for _, c := range []struct {
		edit written.Edit
		want string
	}{
		{written.Edit{Do: "add", Kind: "host", Name: "desk.example.net", Role: "mua", A: "mx.example.net"},
			`[[host]]; name = "desk.example.net"; address = "192.0.2.2"; role = "mua"; [[link]]; between = ["desk.example.net", "mx.example.net"]; latency = "10ms"`},
		{written.Edit{Do: "add", Kind: "service", In: 0, Protocol: "pop3", Port: "1110"}, `[[host.service]]; protocol = "pop3"; port = 1110`},
		{written.Edit{Do: "add", Kind: "host", Name: "ns.example.net", Role: "dns", Services: []string{"dns"}, A: "mx.example.net", Latency: "2ms"},
			`[[host]]; name = "ns.example.net"; address = "192.0.2.3"; role = "dns"; [[host.service]]; protocol = "dns"; [[link]]; between = ["ns.example.net", "mx.example.net"]; latency = "2ms"`},
		{written.Edit{Do: "add", Kind: "link", A: "desk.example.net", B: "ns.example.net", Latency: "1s"}, `[[link]]; between = ["desk.example.net", "ns.example.net"]; latency = "1s"`},
		{written.Edit{Do: "add", Kind: "user", Name: "carla@example.net", Password: `a"b\c`}, `[[user]]; address = "carla@example.net"; password = "a\"b\\c"`},
		{written.Edit{Do: "add", Kind: "domain", Name: "example.org", A: "mx.example.net"}, `[[domain]]; name = "example.org"; mx = "mx.example.net"`},
		{written.Edit{Do: "add", Kind: "record", Name: "example.net", A: "ns.example.net", Record: `www IN TXT "v=spf1 -all"`},
			`[[zone]]; name = "example.net"; servers = ["ns.example.net"]; text = """; @ IN MX 10 mx.example.net.; mx.example.net. IN A 192.0.2.1; desk.example.net. IN A 192.0.2.2; ns.example.net. IN A 192.0.2.3; www IN TXT "v=spf1 -all"; """`},
		{written.Edit{Do: "add", Kind: "record", Name: "example.net", Record: "web IN CNAME www"}, "web IN CNAME www"},
		{written.Edit{Do: "remove", Kind: "record", In: 0, At: 4}, `-www IN TXT "v=spf1 -all"`},
		{written.Edit{Do: "remove", Kind: "service", In: 0, At: 0}, `-protocol = "smtp"; -[[host.service]]`},
		{written.Edit{Do: "remove", Kind: "link", At: 2}, `-[[link]]; -between = ["desk.example.net", "ns.example.net"]; -latency = "1s"`},
		{written.Edit{Do: "remove", Kind: "user", At: 1}, `-[[user]]; -address = "carla@example.net"; -password = "a\"b\\c"`},
		{written.Edit{Do: "remove", Kind: "host", At: 1}, `-name = "desk.example.net"; -address = "192.0.2.2"; -role = "mua"; -[[host]]; -between = ["desk.example.net", "mx.example.net"]; -latency = "10ms"; -[[link]]`},
		{written.Edit{Do: "remove", Kind: "user", At: 7}, ""},
		{written.Edit{}, ""},
	} {
		after := change(t, text, c.edit)
		if after.Problem != nil {
			t.Fatalf("%+v: %s\n%s", c.edit, after.Problem.Detail, after.Text)
		}
		if got := added(text, after.Text); !strings.HasPrefix(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%+v changes\n%s, not\n%s", c.edit, got, c.want)
		}
		text = after.Text
	}
	for _, kept := range []string{"# A world.", "# so it is", "# The server.\n[[host]]", "# Who reads.\n[[domain]]"} {
		if !strings.Contains(text, kept) {
			t.Errorf("%q is gone from\n%s", kept, text)
		}
	}
}

// What a change breaks is said, with the lines where.
func TestChangesThatBreak(t *testing.T) {
	after := change(t, small, written.Edit{Do: "remove", Kind: "host", At: 0})
	if after.Problem == nil || len(after.Problem.Faults) == 0 || after.Problem.Faults[0].Line == 0 || after.Problem.Faults[0].Text == "" {
		t.Errorf("%+v", after.Problem)
	}
	broken := small + "\n[[host]\n"
	if after := change(t, broken, written.Edit{Do: "add", Kind: "user", Name: "x@example.net"}); after.Text != broken || after.Problem == nil || after.Problem.Faults[0].Line != 26 {
		t.Errorf("a broken file becomes\n%s with %+v", after.Text, after.Problem)
	}
}

// Every world of the catalogue can be changed: one more host, and away again, leave it as it was.
func TestEveryWorldCanBeChanged(t *testing.T) {
	for _, name := range worlds.Names() {
		text, _ := worlds.Text(name)
		before := change(t, string(text), written.Edit{})
		one := change(t, string(text), written.Edit{Do: "add", Kind: "host", Name: "new.example", Role: "mua", A: before.Outline.Hosts[0].Name})
		if one.Problem != nil || len(one.Outline.Hosts) != len(before.Outline.Hosts)+1 || len(one.Outline.Links) != len(before.Outline.Links)+1 {
			t.Errorf("%s with one host more: %+v", name, one.Problem)
			continue
		}
		back := change(t, one.Text, written.Edit{Do: "remove", Kind: "host", At: len(before.Outline.Hosts)})
		if fmt.Sprint(back.Outline) != fmt.Sprint(before.Outline) || back.Problem != nil || strings.Join(strings.Fields(back.Text), " ") != strings.Join(strings.Fields(string(text)), " ") {
			t.Errorf("%s is then another: %+v", name, back.Problem)
		}
	}
}
