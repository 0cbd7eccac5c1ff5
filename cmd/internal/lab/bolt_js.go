package lab

import (
	"errors"

	"ehlo/sim/store"
)

// boltDB is not there where programs have no files of their own.
type boltDB struct{}

var errNoDisk = errors.New("-data: this build of ehlo keeps no files")

func openDatabase(string) (*boltDB, error) { return nil, errNoDisk }

func (*boltDB) close() error                          { return errNoDisk }
func (*boltDB) write([]write) error                   { return errNoDisk }
func (*boltDB) octets(string, uint64) ([]byte, error) { return nil, errNoDisk }
func (*boltDB) load(string, func(uint64) store.Source) (*store.Account, error) {
	return nil, errNoDisk
}
func (*boltDB) save(string, *store.Account) error           { return errNoDisk }
func (*boltDB) saveTold(string, map[uint32]store.UID) error { return errNoDisk }
func (*boltDB) told(string) (map[uint32]store.UID, error)   { return nil, errNoDisk }
func (*boltDB) index() ([]entryRecord, uint64, error)       { return nil, 0, errNoDisk }
func (*boltDB) accounts() ([]string, error)                 { return nil, errNoDisk }
