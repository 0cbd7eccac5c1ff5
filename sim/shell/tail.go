package shell

import "bytes"

// tailer is tail, which with -f stays and shows what is added to the files.
type tailer struct {
	filter
	names []string // that it follows
	sizes []int    // of each, as far as it is shown
	shown int      // place of the one of which something was shown last
}

// Handle shows the ends of files and follows them.
func (t *tailer) Handle(p *Process, e Event) {
	switch e.Kind {
	case Start:
		opts, files, fault := tailOptions(p)
		if t.stay = fault == "" && opts.has("f") && len(files) > 0; t.stay { // a terminal or a pipe ends by itself
			t.names = files
			t.filter.Handle(p, e)
			t.follow(p)
			return
		}
	case Looked:
		t.look(p)
		return
	}
	t.filter.Handle(p, e)
}

// follow goes on behind what was shown, where there is something to follow.
func (t *tailer) follow(p *Process) {
	var names []string
	for _, name := range t.names {
		if text, why := p.term.read(name); why == "" {
			names, t.sizes = append(names, name), append(t.sizes, len(text))
		}
	}
	if t.names, t.shown = names, len(names)-1; len(names) > 0 {
		p.follows = true
		return
	}
	if !p.exited { // the options were right
		p.Error("no files remaining")
		p.Exit(1)
	}
}

// look shows what was added since the last time. A file that has become shorter is shown from its beginning.
func (t *tailer) look(p *Process) {
	for i, name := range t.names {
		text, why := p.term.read(name)
		if why != "" || len(text) == t.sizes[i] {
			continue
		}
		if len(text) < t.sizes[i] {
			p.Error(name, ": file truncated")
			t.sizes[i] = 0
		}
		if i != t.shown {
			p.Print("\n==> ", name, " <==\n")
			t.shown = i
		}
		p.Write(text[t.sizes[i]:])
		t.sizes[i] = len(text)
	}
}

// Copy returns an independent copy.
func (t *tailer) Copy() Tool {
	c := *t
	c.text = bytes.Clone(t.text)
	c.names, c.sizes = append([]string(nil), t.names...), append([]int(nil), t.sizes...)
	return &c
}
