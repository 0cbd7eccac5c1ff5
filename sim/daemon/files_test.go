package daemon_test

import (
	"strings"
	"testing"

	"ehlo/sim"
	"ehlo/sim/files"
)

func read(t *testing.T, tl *sim.Timeline, host, path string) string {
	t.Helper()
	disk, ok := tl.World().Files(host)
	if !ok {
		t.Fatal("no host", host)
	}
	f, ok := disk.Stat(path)
	if !ok {
		t.Fatal("no file", path)
	}
	if !f.Dir {
		if f.Content == nil {
			return ""
		}
		if f.Size() != int64(len(f.Content.Bytes())) {
			t.Errorf("%s says that it has %d octets", path, f.Size())
		}
		return string(f.Content.Bytes())
	}
	list, _ := disk.List(path)
	var names []string
	for i := range list {
		names = append(names, list[i].Name())
	}
	return strings.Join(names, " ")
}

func TestMbox(t *testing.T) {
	tl := begin(t, net, "# mx1", "aliases = \"\"\"\nboth: bob, carla\n\"\"\"")
	send(t, tl, "mail.example.org", "both@example.net", "Subject: x\n\nFrom me\n>From you\n")
	const want = "From alice@example.org Mon Mar  2 08:00:00 2026\nReturn-Path: <alice@example.org>\n"
	text := read(t, tl, "mx1.example.net", "/var/mail/bob")
	if !strings.HasPrefix(text, want) || !strings.HasSuffix(text, "\n\n>From me\n>>From you\n\n") || strings.Contains(text, "\r") {
		t.Errorf("the file is\n%s", text)
	}
	for path, want := range map[string]string{"/etc/aliases": "both: bob, carla\n", "/home/bob": "", "/var/mail": "bob carla postmaster", "/home": "bob carla",
		"/etc/passwd":      "root:x:0:0:root:/root:/bin/sh\nbob:x:1000:1000::/home/bob:/bin/sh\ncarla:x:1001:1001::/home/carla:/bin/sh\n",
		"/etc/resolv.conf": "search example.net\nnameserver 198.51.100.53\n"} {
		if got := read(t, tl, "mx1.example.net", path); got != want {
			t.Errorf("%s: %q", path, got)
		}
	}
}

// A POP session has the file to itself, and a lock says so.
func TestLockFile(t *testing.T) {
	tl := start(t)
	play(t, tl, "telnet mx.example.net 110\n> USER bob\n> PASS plover\n")
	if got := read(t, tl, "mx.example.net", "/var/mail"); !strings.Contains(got, "bob bob.lock") {
		t.Errorf("%s", got)
	}
	tl = start(t)
	play(t, tl, "telnet mx.example.net 110\n> USER bob\n> PASS plover\n> QUIT\n")
	if got := read(t, tl, "mx.example.net", "/var/mail"); strings.Contains(got, "lock") {
		t.Errorf("afterwards: %s", got)
	}
}

func TestOneFileAMessage(t *testing.T) {
	for store, want := range map[string]map[string]string{
		"maildir": {"/home/bob/Maildir": "cur new tmp", "/home/bob/Maildir/new": "1772438400.U1.mx1.example.net 1772438400.U2.mx1.example.net", "/home/bob/Maildir/cur": ""},
		"mh":      {"/home/bob/Mail/inbox": ".mh_sequences 1 2", "/home/bob/Mail/inbox/.mh_sequences": "unseen: 1 2\n"},
	} {
		tl := begin(t, net, "# mx1", `mail-store = "`+store+`"`)
		send(t, tl, "mail.example.org", "bob@example.net", "Subject: x\n\nFrom me\n")
		send(t, tl, "mail.example.org", "bob@example.net", "Subject: y\n\nz\n")
		for path, want := range want {
			if got := read(t, tl, "mx1.example.net", path); got != want {
				t.Errorf("%s: %s", path, got)
			}
		}
		disk, _ := tl.World().Files("mx1.example.net")
		inbox := map[string]string{"maildir": "/home/bob/Maildir/new", "mh": "/home/bob/Mail/inbox"}[store]
		list, _ := disk.List(inbox)
		f := list[len(list)-2]
		if f.MayRead("carla") || !f.MayRead("bob") || f.Mode != files.Private || !strings.HasSuffix(string(f.Content.Bytes()), "Subject: x\n\nFrom me\n") {
			t.Errorf("%+v\n%s", f, f.Content.Bytes())
		}
	}
}

func TestSpool(t *testing.T) {
	tl := begin(t, net)
	play(t, tl, "fault mail.example.org link-down mx1.example.net\nfault mail.example.org link-down mx2.example.net\n")
	send(t, tl, "mail.example.org", "bob@example.net carla@example.net", "Subject: x\n")
	play(t, tl, "wait 10m\n")
	id := strings.Fields(read(t, tl, "mail.example.org", "/var/spool/mqueue"))
	if len(id) != 2 {
		t.Fatal(id)
	}
	wants(t, read(t, tl, "mail.example.org", "/var/spool/mqueue/"+id[1]), "S<alice@example.org>\nR<bob@example.net>\nR<carla@example.net>\nM451 4.4.1 No answer")
	wants(t, read(t, tl, "mail.example.org", "/var/spool/mqueue/"+id[0]), "Received: from laptop.example.org", "Subject: x\n")
}
