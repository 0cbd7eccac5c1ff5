package lab

import (
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"ehlo/sim/daemon"
	"ehlo/sim/store"
)

// disk keeps the mail of the post office in a directory; a nil one keeps nothing.
type disk struct {
	*journal
	db        *boltDB
	recorders map[string]*recorder
}

// openDisk opens a directory.
func openDisk(dir string, log func(string, ...any)) (*disk, error) {
	db, err := openDatabase(dir)
	if err != nil {
		return nil, err
	}
	return &disk{journal: newJournal(db, nil, log), db: db, recorders: map[string]*recorder{}}, nil
}

// attach gives the accounts of a host the mail that is on the disk, and has all that happens to them written down. An
// account of which nothing is there keeps what it begins with. strangers are those that are on the disk and not of the
// host: they stay there.
func (d *disk) attach(h *daemon.Host) (strangers []string, err error) {
	accounts := h.Accounts()
	for i := range accounts {
		a := &accounts[i]
		r := &recorder{journal: d.journal, address: strings.ToLower(a.Address)}
		found, err := d.db.load(r.address, r.source)
		if err != nil {
			return nil, err
		}
		if found != nil {
			a.Store = found
		} else if err := d.db.save(r.address, a.Store); err != nil {
			return nil, fmt.Errorf("the mail of %s cannot be written: %w", a.Address, err)
		}
		told, err := d.db.told(r.address)
		if err != nil {
			return nil, err
		}
		for mailbox, next := range told {
			a.Tell(mailbox, next)
		}
		r.account = a.Store
		r.count()
		a.Store.SetJournal(r)
		d.recorders[r.address] = r
	}
	all, err := d.db.accounts()
	for _, name := range all {
		if d.recorders[name] == nil {
			strangers = append(strangers, name)
		}
	}
	return strangers, err
}

// release lets go of what is written, so that the lab need not have it in memory.
func (d *disk) release(list []write) {
	for _, w := range list {
		if r := d.recorders[w.account]; r != nil {
			r.release(w)
		}
	}
}

// note has the index write down a message.
func (d *disk) note(e *entry, uidValidity uint32) {
	if d == nil {
		return
	}
	envelope := e.envelope()
	_ = d.record(write{entry: &entryRecord{ID: e.id, Address: e.address, UIDValidity: uidValidity, UID: e.uid, Known: e.known,
		From: envelope.From, To: envelope.To, Subject: []byte(e.subject), Size: e.size, Date: e.date}}) // without it the message is one without an envelope
}

// forget has the index drop messages.
func (d *disk) forget(ids []uint64) {
	if d != nil && len(ids) > 0 {
		_ = d.record(write{forget: ids}) // what is left there of a message that is gone counts for nothing
	}
}

// finish writes what is left and closes the files.
func (d *disk) finish() error {
	if d == nil {
		return nil
	}
	return d.close()
}

// keepTold writes down up to where sessions have heard of the mailboxes. After a lab that was killed, some messages are
// recent once more, which RFC 3501 §2.3.2 allows.
func (d *disk) keepTold(h *daemon.Host) error {
	if d == nil {
		return nil
	}
	var err error
	accounts := h.Accounts()
	for i := range accounts {
		a := &accounts[i]
		if told := a.Told(); len(told) > 0 {
			err = errors.Join(err, d.db.saveTold(strings.ToLower(a.Address), told))
		}
	}
	return err
}

// The files of the authority in the directory, so that clients that trust it still do after the next start.
const (
	authorityFile    = "ca.pem"
	authorityKeyFile = "ca.key"
)

// keptAuthority reads the authority of a directory, or makes one and keeps it there.
func keptAuthority(dir string, now time.Time) (*authority, error) {
	certFile, keyFile := filepath.Join(dir, authorityFile), filepath.Join(dir, authorityKeyFile)
	cert, certErr := os.ReadFile(certFile)
	key, keyErr := os.ReadFile(keyFile)
	if errors.Is(certErr, fs.ErrNotExist) && errors.Is(keyErr, fs.ErrNotExist) {
		return writeAuthority(certFile, keyFile, now)
	}
	if err := errors.Join(certErr, keyErr); err != nil {
		return nil, fmt.Errorf("-data: %w; remove both %s and %s, and the lab makes new ones", err, certFile, keyFile)
	}
	a, err := parseAuthority(cert, key)
	if err != nil || now.Add(leafLife).After(a.cert.NotAfter) {
		return nil, fmt.Errorf("-data: %s and %s are no authority of a lab, or too old: remove both, and the lab makes new ones", certFile, keyFile)
	}
	return a, nil
}

func parseAuthority(certText, keyText []byte) (*authority, error) {
	certBlock, _ := pem.Decode(certText)
	keyBlock, _ := pem.Decode(keyText)
	if certBlock == nil || keyBlock == nil {
		return nil, errors.New("no PEM")
	}
	cert, err := x509.ParseCertificate(certBlock.Bytes)
	if err != nil {
		return nil, err
	}
	key, err := x509.ParsePKCS8PrivateKey(keyBlock.Bytes)
	if err != nil {
		return nil, err
	}
	private, ok := key.(*ecdsa.PrivateKey)
	if !ok || !private.PublicKey.Equal(cert.PublicKey) {
		return nil, errors.New("the key is another one's")
	}
	return &authority{cert, private}, nil
}

func writeAuthority(certFile, keyFile string, now time.Time) (*authority, error) {
	a, err := newAuthority(now)
	if err != nil {
		return nil, err
	}
	key, err := x509.MarshalPKCS8PrivateKey(a.key)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}), 0o600); err != nil {
		return nil, err
	}
	return a, os.WriteFile(certFile, a.pem(), 0o644)
}

var _ store.Journal = (*recorder)(nil)
