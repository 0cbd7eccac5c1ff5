//go:build !js

package lab

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"ehlo/sim/store"
)

// The file of a lab's mail holds these buckets:
//
//	lab                        "format", the version of this layout; "last", the number of the newest message
//	accounts / ADDRESS / state the account as it was, in JSON
//	                   / ops   what has happened since, by number, in JSON
//	                   / content the octets of messages, by EmailID
//	                   / told  up to where sessions have heard of its mailboxes, in JSON; written when the lab ends
//	index                      what the interface for test suites knows of messages, by number, in JSON
//
// Each value has its CRC-32C before it, since the file itself checks only how it hangs together.
const (
	diskFormat = "1"
	mailFile   = "mail.db"
)

var (
	bucketLab      = []byte("lab")
	bucketAccounts = []byte("accounts")
	bucketOps      = []byte("ops")
	bucketContent  = []byte("content")
	bucketIndex    = []byte("index")
	keyFormat      = []byte("format")
	keyLast        = []byte("last")
	keyState       = []byte("state")
	keyTold        = []byte("told")
)

// boltDB is a lab's mail in a file of go.etcd.io/bbolt.
type boltDB struct {
	db   *bbolt.DB
	path string
}

// openDatabase opens the mail in a directory, which it makes where there is none.
func openDatabase(dir string) (b *boltDB, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, dataError(dir, err)
	}
	path := filepath.Join(dir, mailFile)
	// A file that was cut short is missed only where its memory is touched.
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if v := recover(); v != nil {
			b, err = nil, damaged(path, fmt.Sprint(v))
		}
	}()
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("-data %s: %s is no file", dir, mailFile)
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: 300 * time.Millisecond, FreelistType: bbolt.FreelistMapType})
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return nil, fmt.Errorf("-data %s is in use by another lab: stop that one, or choose another directory", dir)
	case errors.Is(err, fs.ErrPermission):
		return nil, dataError(dir, err)
	case err != nil:
		return nil, damaged(path, err.Error())
	}
	b = &boltDB{db: db, path: path}
	if err := b.prepare(); err != nil {
		_ = db.Close() // nothing was written
		return nil, err
	}
	return b, nil
}

func dataError(dir string, err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return fmt.Errorf("-data %s cannot be used: %v", dir, err)
}

// damaged says of a file that cannot be read what can be done.
func damaged(path, why string) error {
	return fmt.Errorf("%s is damaged, or no mail of a lab (%s): put a copy of it in its place, or move it away, and the lab begins without mail", path, why)
}

// prepare checks what is there, and makes what is not.
func (b *boltDB) prepare() error {
	info, err := os.Stat(b.path)
	if err != nil {
		return dataError(filepath.Dir(b.path), err)
	}
	fresh := false
	if err := b.db.View(func(tx *bbolt.Tx) error {
		if tx.Size() > info.Size() {
			return damaged(b.path, fmt.Sprintf("it is to have %d octets and has %d", tx.Size(), info.Size()))
		}
		lab := tx.Bucket(bucketLab)
		if lab == nil {
			if k, _ := tx.Cursor().First(); k != nil {
				return damaged(b.path, "it holds something else")
			}
			fresh = true
			return nil
		}
		if f := string(lab.Get(keyFormat)); f != diskFormat {
			return fmt.Errorf("%s has the format %q, and this ehlo knows %q: use the ehlo that wrote it, or another -data", b.path, f, diskFormat)
		}
		for _, name := range [][]byte{bucketAccounts, bucketIndex} {
			if tx.Bucket(name) == nil {
				return damaged(b.path, "it lacks "+string(name))
			}
		}
		return nil
	}); err != nil || !fresh {
		return err
	}
	return b.db.Update(func(tx *bbolt.Tx) error {
		for _, name := range [][]byte{bucketAccounts, bucketIndex, bucketLab} {
			if _, err := tx.CreateBucket(name); err != nil {
				return err
			}
		}
		return tx.Bucket(bucketLab).Put(keyFormat, []byte(diskFormat))
	})
}

func (b *boltDB) close() error { return b.db.Close() }

// seal puts its checksum before a value.
func seal(value []byte) []byte {
	return append(binary.BigEndian.AppendUint32(make([]byte, 0, 4+len(value)), checksum(value)), value...)
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func checksum(p []byte) uint32 { return crc32.Checksum(p, castagnoli) }

// unseal returns a value whose checksum is right.
func (b *boltDB) unseal(what string, sealed []byte) ([]byte, error) {
	if len(sealed) < 4 || checksum(sealed[4:]) != binary.BigEndian.Uint32(sealed) {
		return nil, damaged(b.path, what+" has changed")
	}
	return sealed[4:], nil
}

func key(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// write does writes.
func (b *boltDB) write(list []write) error {
	return b.db.Update(func(tx *bbolt.Tx) error {
		for _, w := range list {
			if err := b.one(tx, w); err != nil {
				return err
			}
		}
		return nil
	})
}

func (b *boltDB) one(tx *bbolt.Tx, w write) error {
	if w.account == "" {
		return b.writeIndex(tx, w)
	}
	account := tx.Bucket(bucketAccounts).Bucket([]byte(w.account))
	if account == nil {
		return fmt.Errorf("there is no account %s", w.account)
	}
	content := account.Bucket(bucketContent)
	content.FillPercent = 0.9
	for _, p := range w.put {
		if p.octets != nil {
			if err := content.Put(key(p.id), seal(p.octets)); err != nil {
				return err
			}
		}
	}
	for _, id := range w.drop {
		if err := content.Delete(key(id)); err != nil {
			return err
		}
	}
	if w.op == nil {
		return nil
	}
	text, err := encodeOp(*w.op)
	if err != nil {
		return err
	}
	ops := account.Bucket(bucketOps)
	ops.FillPercent = 0.9
	n, err := ops.NextSequence()
	if err != nil {
		return err
	}
	return ops.Put(key(n), seal(text))
}

func (b *boltDB) writeIndex(tx *bbolt.Tx, w write) error {
	index := tx.Bucket(bucketIndex)
	for _, id := range w.forget {
		if err := index.Delete(key(id)); err != nil {
			return err
		}
	}
	if w.entry == nil {
		return nil
	}
	text, err := json.Marshal(w.entry)
	if err != nil {
		return err
	}
	if err := index.Put(key(w.entry.ID), seal(text)); err != nil {
		return err
	}
	return tx.Bucket(bucketLab).Put(keyLast, key(w.entry.ID))
}

// saveTold writes down up to where sessions have heard of an account's mailboxes.
func (b *boltDB) saveTold(address string, told map[uint32]store.UID) error {
	text, err := json.Marshal(told)
	if err != nil {
		return err
	}
	return b.db.Update(func(tx *bbolt.Tx) error {
		return tx.Bucket(bucketAccounts).Bucket([]byte(address)).Put(keyTold, seal(text))
	})
}

// told reads what saveTold wrote; without it, all messages are recent.
func (b *boltDB) told(address string) (told map[uint32]store.UID, err error) {
	err = b.db.View(func(tx *bbolt.Tx) error {
		sealed := tx.Bucket(bucketAccounts).Bucket([]byte(address)).Get(keyTold)
		if sealed == nil {
			return nil
		}
		text, err := b.unseal("what sessions of "+address+" have heard", sealed)
		if err == nil && json.Unmarshal(text, &told) != nil {
			err = damaged(b.path, "what sessions of "+address+" have heard is no JSON")
		}
		return err
	})
	return told, err
}

// octets reads the content of a message.
func (b *boltDB) octets(address string, id uint64) (octets []byte, err error) {
	err = b.db.View(func(tx *bbolt.Tx) error {
		account := tx.Bucket(bucketAccounts).Bucket([]byte(address))
		if account == nil {
			return store.ErrNoMessage
		}
		sealed := account.Bucket(bucketContent).Get(key(id))
		if sealed == nil {
			return store.ErrNoMessage
		}
		value, err := b.unseal("a message of "+address, sealed)
		octets = append(make([]byte, 0, len(value)), value...) // what the transaction shows is gone with it
		return err
	})
	return octets, err
}
