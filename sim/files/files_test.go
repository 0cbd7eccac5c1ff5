package files

import (
	"strings"
	"testing"
)

func names(list []File) string {
	var n []string
	for i := range list {
		name := list[i].Name()
		if list[i].Dir {
			name += "/"
		}
		n = append(n, name)
	}
	return strings.Join(n, " ")
}

func TestFileSystem(t *testing.T) {
	empty := FS{}
	f := empty.With(File{Path: "/etc/passwd", Mode: Public, Content: Text("root\n"), Modified: 7},
		File{Path: "/home/bob/Maildir/new/1", Owner: "bob", Mode: Private, Content: Text("x")},
		File{Path: "/etc-old", Mode: Public}, File{Path: "/home/bob/.forward", Owner: "bob", Mode: Public})
	for dir, want := range map[string]string{"/": "etc/ etc-old home/", "/etc": "passwd", "/home/bob": ".forward Maildir/", "/home/bob/Maildir": "new/"} {
		if list, ok := f.List(dir); !ok || names(list) != want {
			t.Errorf("%s holds %s, %v", dir, names(list), ok)
		}
	}
	for _, no := range []string{"/etc/passwd", "/nowhere", "/et"} {
		if _, ok := f.List(no); ok {
			t.Errorf("%s is listed", no)
		}
	}
	p, ok := f.Stat("/etc/passwd")
	if !ok || p.Size() != 5 || string(p.Content.Bytes()) != "root\n" || p.Owner != "root" || p.Modified != 7 || !p.MayRead("bob") {
		t.Errorf("%+v, %v", p, ok)
	}
	if m, _ := f.Stat("/home/bob/Maildir/new/1"); m.MayRead("alice") || !m.MayRead("bob") || !m.MayRead("root") {
		t.Errorf("%+v", m)
	}
	if d, _ := f.Stat("/home/bob/Maildir"); !d.Dir || d.Owner != "bob" || d.Mode != Closed || d.Size() != 0 {
		t.Errorf("%+v", d)
	}
	g := f.Without("/home/bob/Maildir").With(File{Path: "/etc/passwd", Content: Text("other")})
	if list, _ := g.List("/home/bob"); names(list) != ".forward" {
		t.Errorf("left: %s", names(list))
	}
	if p, _ := f.Stat("/etc/passwd"); p.Size() != 5 || string(p.Content.Bytes()) != "root\n" {
		t.Error("a file system has changed")
	}
	if root, ok := empty.Stat("/"); !ok || !root.Dir {
		t.Error("no root")
	}
}

func TestClean(t *testing.T) {
	for _, c := range [][3]string{{"/home/bob", "x", "/home/bob/x"}, {"/", "x", "/x"}, {"/a/b", "../../../c", "/c"}, {"/a", "/b//./c/", "/b/c"}, {"/a", ".", "/a"}} {
		if got := Clean(c[0], c[1]); got != c[2] {
			t.Errorf("%s from %s is %s", c[1], c[0], got)
		}
	}
	if Parent("/") != "/" || Parent("/a") != "/" || Parent("/a/b") != "/a" {
		t.Error("wrong parents")
	}
}
