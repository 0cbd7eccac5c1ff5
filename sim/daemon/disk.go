package daemon

import (
	"slices"

	"ehlo/sim/files"
)

// WriteFile puts a file of a user on the host's disk, in the place of what has its path. It is for who has looked whether
// that user may; what the host itself keeps there ([Host.Files]) is not to be written so.
func (h *Host) WriteFile(f files.File) {
	h.RemoveFile(f.Path)
	h.written = append(slices.Clip(h.written), f) // clones share what is there
}

// RemoveFile takes a file of a user from the disk, and says whether there was one.
func (h *Host) RemoveFile(path string) bool {
	i := slices.IndexFunc(h.written, func(f files.File) bool { return f.Path == path })
	if i < 0 {
		return false
	}
	h.written = slices.Delete(slices.Clone(h.written), i, i+1)
	return true
}

// Wrote says whether a path is that of a file that [Host.WriteFile] has put there.
func (h *Host) Wrote(path string) bool {
	return slices.ContainsFunc(h.written, func(f files.File) bool { return f.Path == path })
}
