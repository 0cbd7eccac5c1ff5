package daemon

import (
	"slices"
	"strings"
)

// InetdFile is the configuration of the host's inetd: for each service that it starts the program.
const InetdFile = "/etc/inetd.conf"

// inetdHead is what stands above its lines.
const inetdHead = "#\n# inetd.conf\tThis file describes the services that will be available\n#\t\tthrough the INETD TCP/IP super server.\n#\n"

// inetdText is the file as it is when the world begins, "" where no service is started so.
func (h *Host) inetdText() string {
	text := ""
	for _, s := range h.def.Services {
		if s.Inetd != "" {
			text += s.Inetd + "\n"
		}
	}
	if text == "" {
		return ""
	}
	return inetdHead + text
}

// HasInetd says whether inetd starts services here.
func (h *Host) HasInetd() bool { return h.inetdText() != "" }

// Serves says whether a service of the host, by its place in the definition, can be reached: inetd, where that starts it,
// goes by what its file said when it read it last.
func (h *Host) Serves(service int) bool {
	s := &h.def.Services[service]
	return s.Inetd == "" || h.inetd == nil && !s.IsOff() || h.inetd != nil && h.inetd[service]
}

// ReadInetd lets inetd read its file, as after SIGHUP or when it starts: sessions that it has begun go on.
func (h *Host) ReadInetd() {
	file, _ := h.Files().Stat(InetdFile)
	text := ""
	if file.Content != nil {
		text = string(file.Content.Bytes())
	}
	on := make([]bool, len(h.def.Services))
	for i, s := range h.def.Services {
		on[i] = s.Inetd != "" && inetdNames(text, s.Inetd)
	}
	h.inetd = on
}

// StopInetd ends inetd: nothing that it starts can be reached.
func (h *Host) StopInetd() { h.inetd = make([]bool, len(h.def.Services)) }

// inetdNames says whether a file has a line, not commented out, that starts the program of another line under its name.
func inetdNames(text, line string) bool {
	want := strings.Fields(strings.TrimPrefix(line, "#"))
	return slices.ContainsFunc(strings.Split(text, "\n"), func(l string) bool {
		f := strings.Fields(l)
		return len(f) >= 6 && f[0] == want[0] && f[len(f)-1] == want[len(want)-1]
	})
}

// Configures says whether a path is that of a file by which daemons here go, and which root may change.
func (h *Host) Configures(path string) bool { return path == InetdFile && h.HasInetd() }
