package lab

import (
	"encoding/json"

	"ehlo/sim/store"
)

// entryRecord is an entry of the index on the disk.
type entryRecord struct {
	ID          uint64
	Address     string
	UIDValidity uint32
	UID         store.UID
	Known       bool     `json:",omitempty"` // there is an envelope
	From        string   `json:",omitempty"`
	To          []string `json:",omitempty"`
	Subject     []byte   `json:",omitempty"`
	Size        int64
	Date        int64
}

// note is an annotation whose value may be any octets, which a string in JSON may not.
type note struct {
	Name  string
	Value []byte
}

// opRecord is an operation on the disk.
type opRecord struct {
	store.Op
	Value []byte `json:",omitempty"` // of the annotation
}

func encodeOp(op store.Op) ([]byte, error) {
	r := opRecord{Op: op, Value: []byte(op.Annotation.Value)}
	r.Annotation.Value = ""
	return json.Marshal(r)
}

// decodeOp reads an operation.
func decodeOp(text []byte) (store.Op, error) {
	var r opRecord
	err := json.Unmarshal(text, &r)
	r.Annotation.Value = string(r.Value)
	return r.Op, err
}

// stateRecord is the state of an account on the disk.
type stateRecord struct {
	store.AccountState
	Notes [][]note // of each mailbox, and of the account
}

func encodeState(s store.AccountState) ([]byte, error) {
	r := stateRecord{AccountState: s}
	for i := range r.Boxes { // they are the caller's to give away
		r.Notes = append(r.Notes, notesOf(r.Boxes[i].Annotations))
		r.Boxes[i].Annotations = nil
	}
	r.Notes = append(r.Notes, notesOf(r.Annotations))
	r.Annotations = nil
	return json.Marshal(r)
}

func decodeState(text []byte) (store.AccountState, error) {
	var r stateRecord
	if err := json.Unmarshal(text, &r); err != nil {
		return store.AccountState{}, err
	}
	if len(r.Notes) != len(r.Boxes)+1 {
		return store.AccountState{}, store.ErrState
	}
	for i := range r.Boxes {
		r.Boxes[i].Annotations = annotationsOf(r.Notes[i])
	}
	r.Annotations = annotationsOf(r.Notes[len(r.Boxes)])
	return r.AccountState, nil
}

func notesOf(list []store.Annotation) []note {
	notes := make([]note, len(list))
	for i, a := range list {
		notes[i] = note{a.Name, []byte(a.Value)}
	}
	return notes
}

func annotationsOf(notes []note) []store.Annotation {
	var list []store.Annotation
	for _, n := range notes {
		list = append(list, store.Annotation{Name: n.Name, Value: string(n.Value)})
	}
	return list
}
