package tutor

import (
	"ehlo/lessons/explain"
	"ehlo/sim/files"
)

type fileArgs struct {
	Host string `json:"host"`
	Path string `json:"path"`
}

type fileView struct {
	Name     string `json:"name"`
	Dir      bool   `json:"dir"`
	Owner    string `json:"owner"`
	Mode     int64  `json:"mode"`
	Size     int64  `json:"size"`
	Modified int64  `json:"modified"` // seconds since 1970-01-01 UTC
}

// disk lists a directory of a host's disk, or gives the text of a file.
func (s *Session) disk(a fileArgs) (any, error) {
	disk, ok := s.tl.World().Files(a.Host)
	if !ok {
		return nil, refuse("sim.no-host", "host", a.Host)
	}
	f, ok := disk.Stat(files.Clean("/", a.Path))
	switch {
	case !ok:
		return nil, refuse("tutor.no-file", "host", a.Host, "path", a.Path)
	case f.Dir:
		list := []fileView{}
		below, _ := disk.List(f.Path)
		for i := range below {
			k := &below[i]
			list = append(list, fileView{k.Name(), k.Dir, k.Owner, int64(k.Mode), k.Size(), k.Modified})
		}
		return map[string]any{"path": f.Path, "list": list}, nil
	case f.Content == nil:
		return map[string]any{"path": f.Path, "text": ""}, nil
	}
	return map[string]any{"path": f.Path, "text": explain.Visible(f.Content.Bytes())}, nil
}
