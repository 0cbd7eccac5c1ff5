//go:build !js

package lab

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"runtime/debug"

	"go.etcd.io/bbolt"

	"ehlo/sim/store"
)

// manyOps is how many operations are replayed at the start at most often: where there are more, the account's state is
// written down and they are dropped.
const manyOps = 1000

// load makes an account from what is on the disk; nil where there is nothing of it.
func (b *boltDB) load(address string, source func(uint64) store.Source) (a *store.Account, err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if v := recover(); v != nil {
			a, err = nil, damaged(b.path, fmt.Sprint(v))
		}
	}()
	ops := 0
	err = b.db.View(func(tx *bbolt.Tx) error {
		bucket := tx.Bucket(bucketAccounts).Bucket([]byte(address))
		if bucket == nil {
			return nil
		}
		text, err := b.unseal("the state of "+address, bucket.Get(keyState))
		if err != nil {
			return err
		}
		state, err := decodeState(text)
		if err != nil {
			return damaged(b.path, fmt.Sprintf("the state of %s: %v", address, err))
		}
		if a, err = store.Restore(state, func(m store.Message) store.Source { return source(m.EmailID) }); err != nil {
			return damaged(b.path, fmt.Sprintf("the state of %s: %v", address, err))
		}
		return bucket.Bucket(bucketOps).ForEach(func(n, sealed []byte) error {
			ops++
			what := fmt.Sprintf("operation %d of %s", binary.BigEndian.Uint64(n), address)
			text, err := b.unseal(what, sealed)
			if err != nil {
				return err
			}
			op, err := decodeOp(text)
			if err == nil {
				err = replay(a, op, source)
			}
			if err != nil {
				return damaged(b.path, what+": "+err.Error())
			}
			return nil
		})
	})
	if err == nil && ops > manyOps {
		err = b.save(address, a)
	}
	return a, err
}

// replay does an operation again; new messages find their octets on the disk.
func replay(a *store.Account, op store.Op, source func(uint64) store.Source) error {
	for i, b := range op.Batches {
		for k := range b.Batch.Append {
			d := &op.Batches[i].Batch.Append[k]
			d.Source = source(d.EmailID)
		}
	}
	_, err := a.Apply(op)
	return err
}

// save writes an account's state down and drops the operations that led to it. Contents that are in memory only are
// written too.
func (b *boltDB) save(address string, a *store.Account) error {
	text, err := encodeState(a.State())
	if err != nil {
		return err
	}
	return b.db.Update(func(tx *bbolt.Tx) error {
		bucket, err := tx.Bucket(bucketAccounts).CreateBucketIfNotExists([]byte(address))
		if err != nil {
			return err
		}
		content, err := bucket.CreateBucketIfNotExists(bucketContent)
		if err != nil {
			return err
		}
		content.FillPercent = 0.9
		for _, name := range a.Names() {
			box, _ := a.Mailbox(name)
			for _, m := range box.Snapshot().All() {
				if content.Get(key(m.EmailID)) != nil {
					continue
				}
				octets, err := box.Content(m.UID)
				if err != nil {
					return err
				}
				if err := content.Put(key(m.EmailID), seal(octets)); err != nil {
					return err
				}
			}
		}
		if bucket.Bucket(bucketOps) != nil {
			if err := bucket.DeleteBucket(bucketOps); err != nil {
				return err
			}
		}
		if _, err := bucket.CreateBucket(bucketOps); err != nil {
			return err
		}
		return bucket.Put(keyState, seal(text))
	})
}

// index reads what is known of messages, and the number of the newest.
func (b *boltDB) index() (list []entryRecord, last uint64, err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if v := recover(); v != nil {
			list, last, err = nil, 0, damaged(b.path, fmt.Sprint(v))
		}
	}()
	err = b.db.View(func(tx *bbolt.Tx) error {
		if n := tx.Bucket(bucketLab).Get(keyLast); len(n) == 8 {
			last = binary.BigEndian.Uint64(n)
		}
		return tx.Bucket(bucketIndex).ForEach(func(n, sealed []byte) error {
			text, err := b.unseal("the index of messages", sealed)
			if err != nil {
				return err
			}
			var e entryRecord
			if err := json.Unmarshal(text, &e); err != nil {
				return damaged(b.path, "the index of messages: "+err.Error())
			}
			list = append(list, e)
			return nil
		})
	})
	return list, last, err
}

// accounts lists the addresses of which there is mail.
func (b *boltDB) accounts() (list []string, err error) {
	err = b.db.View(func(tx *bbolt.Tx) error {
		return tx.Bucket(bucketAccounts).ForEachBucket(func(name []byte) error {
			list = append(list, string(name))
			return nil
		})
	})
	return list, err
}
