package store

// Numbered is a message as one session sees it: under a number that other sessions may give to another.
type Numbered struct {
	Message
	Seq  int  // its message sequence number in that session, from 1
	Gone bool // the session has marked it as deleted, or others have removed it and the session's client was not told yet
}
