package daemon

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"ehlo/sim/files"
	"ehlo/sim/message"
	"ehlo/sim/store"
	"ehlo/sim/world"
)

// Files is the host's disk: its mailboxes in the form in which it keeps them, what waits in its queue, the files that
// its daemons go by, and what users have written. It is made anew for each call and good until the host changes.
func (h *Host) Files() files.FS {
	v := view{h: h, start: h.world.Start.Unix()}
	v.system()
	v.spool()
	for i := range h.accounts {
		v.account(&h.accounts[i])
	}
	v.list = append(v.list, files.File{Path: "/tmp", Dir: true, Mode: files.Anyone, Modified: v.start})
	return files.FS{}.With(append(v.list, h.written...)...)
}

// view gathers files.
type view struct {
	h     *Host
	start int64
	list  []files.File
}

func (v *view) add(path, owner string, mode uint16, modified int64, c files.Content) {
	v.list = append(v.list, files.File{Path: path, Owner: owner, Mode: mode, Modified: modified, Content: c})
}

// text adds a file of the system, which is as old as the world.
func (v *view) text(path, text string) {
	v.add(path, "root", files.Public, v.start, files.Text(text))
}

// system adds the files of /etc that have to do with mail.
func (v *view) system() {
	h := v.h
	name, domain, _ := strings.Cut(h.Name, ".")
	v.text("/etc/hostname", name+"\n")
	hosts := "127.0.0.1\tlocalhost\n" + h.def.Address + "\t" + h.Name + " " + name + "\n"
	if h.def.IPv6 != "" {
		hosts += "::1\tlocalhost\n" + h.def.IPv6 + "\t" + h.Name + " " + name + "\n"
	}
	for i := range h.world.Hosts {
		k := &h.world.Hosts[i]
		if k.Name == h.Name {
			continue
		}
		hosts += k.Address + "\t" + k.Name + "\n"
		if k.IPv6 != "" {
			hosts += k.IPv6 + "\t" + k.Name + "\n"
		}
	}
	v.text("/etc/hosts", hosts)
	server := h.def.Resolver
	if server == "" {
		server = nameServer(h.world)
	}
	address := "127.0.0.1" // where it finds names out alone
	for i := range h.world.Hosts {
		if k := &h.world.Hosts[i]; k.Name == server && server != h.Name {
			address = k.Address
		}
	}
	v.text("/etc/resolv.conf", "search "+domain+"\nnameserver "+address+"\n")
	passwd := "root:x:0:0:root:/root:/bin/sh\n"
	for i, user := range v.users() {
		id := strconv.Itoa(1000 + i)
		passwd += user + ":x:" + id + ":" + id + "::/home/" + user + ":/bin/sh\n"
		v.list = append(v.list, files.File{Path: "/home/" + user, Dir: true, Owner: user, Mode: files.Closed, Modified: v.start})
	}
	v.text("/etc/passwd", passwd)
	if text := h.inetdText(); text != "" {
		v.text(InetdFile, text)
	}
	if h.KeepsPOPSecrets() {
		var b strings.Builder
		for _, s := range h.popSecrets() {
			b.WriteString(s.user + "\x00" + obscured(s.secret) + "\x00")
		}
		v.add(popAuthFile, "pop", files.Private, v.start, files.Text(b.String()))
	}
	if aliases := h.def.MTA.Aliases; len(aliases) > 0 {
		var b strings.Builder
		for _, a := range aliases {
			b.WriteString(a.Name + ": " + strings.Join(a.To, ", ") + "\n")
		}
		v.text("/etc/aliases", b.String())
	}
}

// users is who has a home directory here: who sits here, and who has a mailbox and can log in.
func (v *view) users() (names []string) {
	if v.h.def.Person != "" {
		names = append(names, v.h.def.Person)
	}
	for _, a := range v.h.accounts {
		if a.Password != "" && !slices.Contains(names, a.Name) {
			names = append(names, a.Name)
		}
	}
	return names
}

// spool adds what waits in the queue: the envelope in a file, and the message beside it.
func (v *view) spool() {
	for _, q := range v.h.queue {
		id := "/var/spool/mqueue/" + strconv.FormatUint(uint64(q.ID), 36)
		var b strings.Builder
		b.WriteString("S<" + q.From.String() + ">\n")
		for _, to := range q.To {
			b.WriteString("R<" + to.Path.String() + ">\n")
		}
		if q.Reason != "" {
			b.WriteString("M" + strings.ReplaceAll(q.Reason, "\n", " ") + "\n")
		}
		came := v.start + int64(q.Arrived)/1e9
		v.add(id+".qf", "root", files.Private, came, files.Text(b.String()))
		v.add(id+".df", "root", files.Private, came, unixText(q.Content))
	}
}

// account adds a user's mailboxes and .forward file.
func (v *view) account(a *Account) {
	if len(a.forward) > 0 {
		v.add("/home/"+a.Name+"/.forward", a.Name, files.Public, v.start, files.Text(strings.Join(a.forward, ",\n")+"\n"))
	}
	for _, name := range a.Store.Names() {
		box, ok := a.Store.Mailbox(name)
		if !ok {
			continue
		}
		switch v.h.def.MTA.Store {
		case world.Maildir:
			v.maildir(a, name, box)
		case world.MH:
			v.mh(a, name, box)
		default:
			v.mbox(a, name, box)
		}
	}
}

// mbox adds a mailbox as one file (RFC 4155), with the lock beside it that keeps others away from it.
func (v *view) mbox(a *Account, name string, box *store.Memory) {
	path := "/home/" + a.Name + "/mail/" + name
	if name == store.Inbox {
		path = "/var/mail/" + a.Name
	}
	modified := v.start
	for _, m := range box.Snapshot().All() {
		modified = max(modified, m.Date)
	}
	v.add(path, a.Name, files.Private, modified, mboxFile{box})
	if a.Store.Locked() && name == store.Inbox {
		v.add(path+".lock", a.Name, files.Private, modified, nil)
	}
}

// maildir adds a mailbox as a directory with a file for each message: in new what no program has seen, in cur the others,
// with their flags in the name; tmp is for those that are being written.
func (v *view) maildir(a *Account, name string, box *store.Memory) {
	dir := "/home/" + a.Name + "/Maildir"
	if name != store.Inbox {
		dir += "/." + strings.ReplaceAll(name, "/", ".")
	}
	for _, sub := range []string{"cur", "new", "tmp"} {
		v.list = append(v.list, files.File{Path: dir + "/" + sub, Dir: true, Owner: a.Name, Mode: files.Closed, Modified: v.start})
	}
	snapshot := box.Snapshot()
	recent := a.recent(snapshot.UIDValidity())
	for _, m := range snapshot.All() {
		file := strconv.FormatInt(m.Date, 10) + ".U" + strconv.FormatUint(uint64(m.UID), 10) + "." + v.h.Name
		if m.UID >= recent && m.Flags == (store.Flags{}) {
			file = "/new/" + file
		} else {
			file = "/cur/" + file + ":2," + maildirFlags(m.Flags)
		}
		v.add(dir+file, a.Name, files.Private, m.Date, messageFile{box, m.UID})
	}
}

// maildirFlags are a message's flags as letters, in alphabetical order.
func maildirFlags(f store.Flags) (letters string) {
	for _, k := range []struct {
		flag   store.SystemFlags
		letter string
	}{{store.DraftFlag, "D"}, {store.Flagged, "F"}, {store.Answered, "R"}, {store.Seen, "S"}, {store.Deleted, "T"}} {
		if f.System&k.flag != 0 {
			letters += k.letter
		}
	}
	return letters
}

// mh adds a mailbox as a directory with a file for each message, whose name is a number, and the list of those that nobody
// has read.
func (v *view) mh(a *Account, name string, box *store.Memory) {
	dir := "/home/" + a.Name + "/Mail/" + strings.ToLower(name[:1]) + name[1:]
	if name == store.Inbox {
		dir = "/home/" + a.Name + "/Mail/inbox"
	}
	v.list = append(v.list, files.File{Path: dir, Dir: true, Owner: a.Name, Mode: files.Closed, Modified: v.start})
	unseen := ""
	modified := v.start
	for _, m := range box.Snapshot().All() {
		number := strconv.FormatUint(uint64(m.UID), 10)
		if m.Flags.System&store.Seen == 0 {
			unseen += " " + number
		}
		modified = max(modified, m.Date)
		v.add(dir+"/"+number, a.Name, files.Private, m.Date, messageFile{box, m.UID})
	}
	if unseen != "" {
		v.add(dir+"/.mh_sequences", a.Name, files.Private, modified, files.Text("unseen:"+unseen+"\n"))
	}
}

// messageFile is one message as Unix keeps it, with LF line ends.
type messageFile struct {
	box *store.Memory
	uid store.UID
}

// Bytes is the message.
func (f messageFile) Bytes() []byte {
	content, err := f.box.Content(f.uid)
	if err != nil {
		return nil
	}
	return unixText(content).Bytes()
}

// Size is its length in octets.
func (f messageFile) Size() int64 { return int64(len(f.Bytes())) }

// unixText is text with LF line ends.
func unixText(text []byte) files.Text {
	return files.Text(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")))
}

// mboxFile is a mailbox as one file, in which From_ lines part the messages.
type mboxFile struct{ box *store.Memory }

// Bytes is the file.
func (f mboxFile) Bytes() (text []byte) {
	for _, m := range f.box.Snapshot().All() {
		content, err := f.box.Content(m.UID)
		if err != nil {
			continue
		}
		text = message.AppendMbox(text, senderOf(content), m.Date, content)
	}
	return text
}

// Size is its length in octets.
func (f mboxFile) Size() int64 { return int64(len(f.Bytes())) }

// senderOf is who a From_ line names: the reverse-path, or the author where delivery has written none.
func senderOf(content []byte) string {
	header, _ := message.Split(content)
	if p, found := message.Get(header, "Return-Path"); found {
		return strings.Trim(p, "<>")
	}
	if list, found := message.Get(header, "From"); found {
		for _, addr := range message.ParseAddressList(list) {
			return addr.Mailbox + "@" + addr.Host
		}
	}
	return ""
}
