package shell

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
)

// command sends a command to the POP3 server; state is the reply that is awaited then.
func (f *fetchmail) command(p *Process, state fetchState, text string) {
	shown := text
	if strings.HasPrefix(text, "PASS ") {
		shown = "PASS *"
	}
	f.say(p, "fetchmail: POP3> "+shown+"\n")
	f.state = state
	p.Env().Write(f.conn, []byte(text+"\r\n"))
}

// line takes a line of the POP3 server.
func (f *fetchmail) line(p *Process, line string) {
	if f.multiline() && f.more(p, line) {
		return
	}
	f.say(p, "fetchmail: POP3< "+line+"\n")
	ok := strings.HasPrefix(line, "+OK")
	switch f.state {
	case popGreeting:
		if !ok {
			f.refused(p, line)
			return
		}
		f.command(p, popCapa, "CAPA")
	case popCapa:
		if ok {
			f.state |= inReply
			return
		}
		f.command(p, popUser, "USER "+f.s.user)
	case popUser:
		f.orElse(p, ok, line, popPass, "PASS "+f.s.password)
	case popPass:
		f.orElse(p, ok, line, popStat, "STAT")
	case popStat:
		f.stat(p, line)
	case popLast, popUidl:
		if !ok && f.state == popUidl {
			f.ids = make([]string, f.count+1)
			f.chosen(p)
			return
		}
		if f.state == popUidl {
			f.ids = make([]string, f.count+1)
			f.state |= inReply
			return
		}
		if fields := strings.Fields(line); ok && len(fields) > 1 {
			f.seen, _ = strconv.Atoi(fields[1])
		}
		f.chosen(p)
	case popList:
		fields := strings.Fields(line)
		if f.size = 0; len(fields) > 2 {
			f.size, _ = strconv.Atoi(fields[2])
		}
		f.fetch(p)
	case popRetr:
		if !ok {
			f.chosen(p)
			return
		}
		f.message = f.message[:0]
		f.tell(p, "reading message "+f.s.user+"@"+f.s.name+":"+strconv.Itoa(f.number)+" of "+strconv.Itoa(f.count)+" ("+strconv.Itoa(f.size)+" octets)")
		f.say(p, "\n")
		f.state |= inReply
	case popDele:
		f.chosen(p)
	case popQuit:
		f.over = true
	}
}

// inReply marks a state in which the lines up to a lone dot belong to the reply.
const inReply fetchState = 1 << 7

func (f *fetchmail) multiline() bool { return f.state&inReply != 0 }

// more takes a line of a reply of several lines; false says that it is none.
func (f *fetchmail) more(p *Process, line string) bool {
	state := f.state &^ inReply
	if line != "." {
		if state == popRetr {
			f.message = append(append(f.message, strings.TrimPrefix(line, ".")...), "\r\n"...)
			return true
		}
		f.say(p, "fetchmail: POP3< "+line+"\n")
		if number, id, ok := strings.Cut(line, " "); ok && state == popUidl {
			if n, err := strconv.Atoi(number); err == nil && n > 0 && n <= f.count {
				f.ids[n] = id
			}
		}
		return true
	}
	switch f.state = state; state {
	case popCapa:
		f.say(p, "fetchmail: POP3< .\n")
		f.command(p, popUser, "USER "+f.s.user)
	case popUidl:
		f.say(p, "fetchmail: POP3< .\n")
		f.chosen(p)
	case popRetr:
		f.hand(p)
	}
	return true
}

// orElse goes on after +OK; where the server refuses a login, that is the end of it.
func (f *fetchmail) orElse(p *Process, ok bool, line string, state fetchState, command string) {
	if ok {
		f.command(p, state, command)
		return
	}
	f.refused(p, line)
}

func (f *fetchmail) refused(p *Process, line string) {
	p.Error(strings.TrimPrefix(strings.TrimPrefix(line, "-ERR"), " "))
	if strings.Contains(strings.ToLower(line), "lock") {
		p.Why("shell.why.lock", f.s.user)
	} else {
		p.Error("Authorization failure on ", f.s.user, "@", f.s.name)
		p.Why("shell.why.login", f.s.user)
	}
	f.failed(p, fetchAuth)
}

// stat says what there is.
func (f *fetchmail) stat(p *Process, line string) {
	fields := strings.Fields(line)
	if len(fields) > 2 {
		f.count, _ = strconv.Atoi(fields[1])
		f.octets, _ = strconv.Atoi(fields[2])
	}
	if f.count == 0 {
		f.tell(p, "fetchmail: No mail for "+f.s.user+" at "+f.s.name+"\n")
		f.command(p, popQuit, "QUIT")
		return
	}
	if f.s.uidl || f.s.keep {
		f.command(p, popUidl, "UIDL")
		return
	}
	f.command(p, popLast, "LAST")
}

// old says whether a message was fetched before.
func (f *fetchmail) old(n int) bool {
	if n < len(f.ids) && f.ids[n] != "" {
		return slices.Contains(f.known, f.idOf(n))
	}
	return n <= f.seen
}

func (f *fetchmail) idOf(n int) string { return f.s.user + "@" + f.s.name + " " + f.ids[n] }

// chosen goes on with the next message that is to be fetched, or removed.
func (f *fetchmail) chosen(p *Process) {
	if f.number == 0 {
		old := 0
		for n := 1; n <= f.count; n++ {
			old += boolToInt(f.old(n))
		}
		what := strconv.Itoa(f.count) + " message" + strings.Repeat("s", boolToInt(f.count != 1))
		if old > 0 {
			what += " (" + strconv.Itoa(old) + " seen)"
		}
		f.tell(p, what+" for "+f.s.user+" at "+f.s.name+" ("+strconv.Itoa(f.octets)+" octets).\n")
		if f.worst == fetchNoMail && old < f.count {
			f.worst = fetchOK
		}
		if f.checkOnly {
			f.command(p, popQuit, "QUIT")
			return
		}
	}
	for f.number++; f.number <= f.count; f.number++ {
		if old := f.old(f.number); old && f.s.flush {
			f.tell(p, "skipping message "+f.s.user+"@"+f.s.name+":"+strconv.Itoa(f.number)+" flushed\n")
			f.command(p, popDele, "DELE "+strconv.Itoa(f.number))
			return
		} else if old && !f.s.fetchAll {
			f.say(p, "skipping message "+f.s.user+"@"+f.s.name+":"+strconv.Itoa(f.number)+" not flushed\n")
			continue
		}
		f.command(p, popList, "LIST "+strconv.Itoa(f.number))
		return
	}
	f.command(p, popQuit, "QUIT")
}

// fetch asks for the message in hand, unless it is too large.
func (f *fetchmail) fetch(p *Process) {
	if f.s.limit > 0 && f.size > f.s.limit {
		f.tell(p, "skipping message "+f.s.user+"@"+f.s.name+":"+strconv.Itoa(f.number)+" ("+strconv.Itoa(f.size)+" octets) not flushed\n")
		f.chosen(p)
		return
	}
	f.command(p, popRetr, "RETR "+strconv.Itoa(f.number))
}

// done is what comes after the local MTA has taken the message.
func (f *fetchmail) done(p *Process) {
	f.delivered++
	f.worst = min(f.worst, fetchOK)
	if f.number < len(f.ids) && f.ids[f.number] != "" {
		f.known = append(f.known, f.idOf(f.number))
	}
	if f.s.keep {
		f.tell(p, " not flushed\n")
		f.chosen(p)
		return
	}
	f.tell(p, " flushed\n")
	f.command(p, popDele, "DELE "+strconv.Itoa(f.number))
}

// recall reads which messages were fetched before.
func (f *fetchmail) recall(p *Process) {
	text, _ := p.term.read(p.term.home() + "/.fetchids")
	for line := range bytes.Lines(text) {
		f.known = append(f.known, strings.TrimSuffix(string(line), "\n"))
	}
}

// store writes it down.
func (f *fetchmail) store(p *Process) {
	if len(f.known) > 0 {
		p.term.write(p.term.home()+"/.fetchids", []byte(strings.Join(f.known, "\n")+"\n"), false)
	}
}
