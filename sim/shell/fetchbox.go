package shell

import (
	"strconv"
	"strings"

	"ehlo/sim/imap"
	"ehlo/sim/pop3"
)

// counted says what there is, and begins with it.
func (f *fetchmail) counted(p *Process) {
	old := 0
	for i := range f.box {
		old += boolToInt(f.box[i].old)
	}
	folder := ""
	if len(f.s.folders) > 0 {
		folder = " (folder " + f.folder + ")"
	}
	if f.count == 0 {
		f.tell(p, "fetchmail: No mail for "+f.s.user+" at "+f.s.name+folder+"\n")
		f.quit(p)
		return
	}
	what := strconv.Itoa(f.count) + " message" + strings.Repeat("s", boolToInt(f.count != 1))
	if old > 0 {
		what += " (" + strconv.Itoa(old) + " seen)"
	}
	what += " for " + f.s.user + " at " + f.s.name + folder
	if f.pop != nil {
		what += " (" + strconv.FormatInt(f.octets, 10) + " octets)"
	}
	f.tell(p, what+".\n")
	if f.worst == fetchNoMail && old < f.count {
		f.worst = fetchOK
	}
	if f.checkOnly {
		f.quit(p)
		return
	}
	f.chosen(p)
}

// label is how fetchmail names the message in hand.
func (f *fetchmail) label() string {
	of := strconv.Itoa(f.number) + " of " + strconv.Itoa(f.count)
	if f.old {
		return of
	}
	return f.s.user + "@" + f.s.name + ":" + of
}

// passed names a message that is not fetched.
func (f *fetchmail) passed() string {
	if f.old {
		return strconv.Itoa(f.number)
	}
	return f.s.user + "@" + f.s.name + ":" + strconv.Itoa(f.number)
}

// chosen goes on with the next message that is to be fetched, or removed.
func (f *fetchmail) chosen(p *Process) {
	for f.number++; f.number <= f.count; f.number++ {
		m := &f.box[f.number-1]
		switch {
		case m.old && f.s.flush && !f.s.fetchAll:
			f.tell(p, "skipping message "+f.passed()+" flushed\n")
			f.remove(p)
			return
		case m.old && !f.s.fetchAll:
			f.say(p, "skipping message "+f.passed()+" not flushed\n")
			continue
		case f.s.fetchLimit > 0 && f.fetched >= f.s.fetchLimit:
			f.say(p, "fetchmail: fetchlimit "+strconv.Itoa(f.s.fetchLimit)+" reached; "+strconv.Itoa(f.count-f.number+1)+" messages left on server "+f.s.name+" account "+f.s.user+"\n")
			f.number = f.count
			continue
		}
		if f.pop != nil && m.size == 0 {
			f.pop.Do(p.Env().Now(), pop3.List{N: f.number})
			return
		}
		f.fetch(p)
		return
	}
	f.quit(p)
}

// fetch asks for the message in hand, unless it is too large.
func (f *fetchmail) fetch(p *Process) {
	size := f.box[f.number-1].size
	if f.s.limit > 0 && size > int64(f.s.limit) {
		f.tell(p, "skipping message "+f.passed()+" ("+strconv.FormatInt(size, 10)+" octets) not flushed\n")
		f.chosen(p)
		return
	}
	if f.imap != nil {
		f.imap.Do(p.Env().Now(), imap.Fetch{Set: f.imapNumber(), Bare: true, Items: []imap.FetchItem{{Att: imap.RFC822HeaderItem}}})
		return
	}
	f.tap.hush = true
	if f.top && !f.s.fetchAll { // which does not mark it as read
		f.pop.Do(p.Env().Now(), pop3.Top{N: f.number, Lines: 99999999})
		return
	}
	f.pop.Do(p.Env().Now(), pop3.Retr{N: f.number})
}

// done is what comes after the local MTA has taken the message.
func (f *fetchmail) done(p *Process) {
	f.fetched++
	f.worst = min(f.worst, fetchOK)
	m := &f.box[f.number-1]
	if m.id != "" && !f.fetchedBefore(m.id) {
		f.known = append(f.known, f.idOf(m.id))
	}
	if f.s.keep {
		f.tell(p, " not flushed\n")
		if f.imap != nil {
			f.imapMark(p, false)
			return
		}
		f.chosen(p)
		return
	}
	f.tell(p, " flushed\n")
	f.remove(p)
}

// remove removes the message in hand from the server.
func (f *fetchmail) remove(p *Process) {
	if f.imap != nil {
		f.imapMark(p, true)
		return
	}
	f.pop.Do(p.Env().Now(), pop3.Dele{N: f.number})
}

// quit goes on to the next folder, or leaves.
func (f *fetchmail) quit(p *Process) {
	switch {
	case f.imap != nil && f.folders < len(f.s.folders):
		f.openFolder(p)
	case f.imap != nil:
		f.imap.Do(p.Env().Now(), imap.Logout{})
	default:
		f.pop.Do(p.Env().Now(), pop3.Quit{})
	}
}
