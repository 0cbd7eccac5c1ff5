// Package files is the disk of a simulated host as a shell sees it: directories and files with owners, modes and dates. A
// file system is a value that never changes; what changes it gives another one, so that whoever holds it can be cloned.
package files

import (
	"slices"
	"sort"
	"strings"
)

// Content is what is in a file. It never changes; a large one may be made only when it is read.
type Content interface {
	// Size is how many octets Bytes gives.
	Size() int64
	// Bytes is all of it. It must not be changed.
	Bytes() []byte
}

// Text is a content that is there.
type Text string

// Size is its length in octets.
func (t Text) Size() int64 { return int64(len(t)) }

// Bytes is the text.
func (t Text) Bytes() []byte { return []byte(t) }

// Permissions, as octal numbers (inode(7)).
const (
	Public  uint16 = 0o644
	Private uint16 = 0o600
	Open    uint16 = 0o755 // a directory
	Closed  uint16 = 0o700
	Anyone  uint16 = 0o777 // a directory in which everybody may write
)

// File is a file or a directory.
type File struct {
	Path     string // absolute and clean: "/etc/passwd"
	Dir      bool
	Owner    string // "root" where it is ""
	Mode     uint16
	Modified int64   // seconds since 1970-01-01 UTC
	Content  Content // nil for a directory and an empty file
}

// Name is the last part of the path.
func (f *File) Name() string { return f.Path[strings.LastIndexByte(f.Path, '/')+1:] }

// Size is the octets of a file.
func (f *File) Size() int64 {
	if f.Content == nil {
		return 0
	}
	return f.Content.Size()
}

// MayRead says whether somebody may read it: its owner and root may, and everybody where the mode says so.
func (f *File) MayRead(user string) bool {
	return user == "root" || user == f.Owner || f.Mode&0o004 != 0
}

// FS is a file system. The zero value has its root and nothing else.
type FS struct{ files []File } // by path, with all directories but the root

// With returns a file system with more files, each in the place of what has its path. The directories above them are made
// where they are missing, and belong to the file's owner where they are below /home.
func (f FS) With(more ...File) FS {
	all := make(map[string]File, len(f.files)+len(more))
	for _, k := range f.files {
		all[k.Path] = k
	}
	for _, k := range more {
		if k.Owner == "" {
			k.Owner = "root"
		}
		all[k.Path] = k
		for dir := Parent(k.Path); dir != "/"; dir = Parent(dir) {
			if _, ok := all[dir]; ok {
				break
			}
			d := File{Path: dir, Dir: true, Owner: "root", Mode: Open, Modified: k.Modified}
			if rest, home := strings.CutPrefix(dir, "/home/"); home {
				d.Owner, _, _ = strings.Cut(rest, "/")
				d.Mode = Closed
			}
			all[dir] = d
		}
	}
	g := FS{make([]File, 0, len(all))}
	for _, k := range all {
		g.files = append(g.files, k)
	}
	sort.Slice(g.files, func(i, j int) bool { return g.files[i].Path < g.files[j].Path })
	return g
}

// Without returns a file system without a path and all below it.
func (f FS) Without(path string) FS {
	return FS{slices.DeleteFunc(slices.Clone(f.files), func(k File) bool {
		return k.Path == path || strings.HasPrefix(k.Path, path+"/")
	})}
}

// Stat finds a file or a directory.
func (f FS) Stat(path string) (File, bool) {
	if path == "/" {
		return File{Path: "/", Dir: true, Owner: "root", Mode: Open}, true
	}
	i := sort.Search(len(f.files), func(i int) bool { return f.files[i].Path >= path })
	if i == len(f.files) || f.files[i].Path != path {
		return File{}, false
	}
	return f.files[i], true
}

// List lists what lies in a directory, by name. ok is false where there is no such directory.
func (f FS) List(dir string) (list []File, ok bool) {
	if d, found := f.Stat(dir); !found || !d.Dir {
		return nil, false
	}
	prefix := strings.TrimSuffix(dir, "/") + "/"
	first := sort.Search(len(f.files), func(i int) bool { return f.files[i].Path >= prefix })
	for _, k := range f.files[first:] {
		rest, below := strings.CutPrefix(k.Path, prefix)
		if !below {
			break
		}
		if !strings.Contains(rest, "/") {
			list = append(list, k)
		}
	}
	return list, true
}

// Parent is the directory in which a path lies; the root lies in itself.
func Parent(path string) string {
	if i := strings.LastIndexByte(path, '/'); i > 0 {
		return path[:i]
	}
	return "/"
}

// Clean makes a path absolute, as seen from a directory, and takes "." and ".." out of it.
func Clean(dir, path string) string {
	if !strings.HasPrefix(path, "/") {
		path = dir + "/" + path
	}
	var parts []string
	for part := range strings.SplitSeq(path, "/") {
		switch part {
		case "", ".":
		case "..":
			parts = parts[:max(len(parts)-1, 0)]
		default:
			parts = append(parts, part)
		}
	}
	return "/" + strings.Join(parts, "/")
}
