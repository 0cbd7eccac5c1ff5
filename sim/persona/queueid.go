package persona

import (
	"fmt"
	"strconv"
	"time"
)

// QueueID is how an MTA names a message in its queue: in the reply to the end of the data, in the trace field, in its log.
type QueueID uint8

// The ways, each that of a program.
const (
	QueueNumber    QueueID = iota // ehlo's own
	QueuePostfix                  // the microseconds, and the number of the file
	QueueSendmail8                // of 8.9 and before: the hour as a letter, AA, the number of the process
	QueueSendmail                 // since 8.10: the moment in eight characters of 60, the number of the process
	QueueExim                     // the moment, the number of the process and a part of the second, in 62 characters
	QueueQmail                    // the moment in seconds, and the number of the process
	QueueExchange                 // a number, as ehlo's own; the queue is no directory, and no Unix program lists it
)

// queueIDs are the ways as files name them.
var queueIDs = [...]string{"", "postfix", "sendmail-8.9", "sendmail", "exim", "qmail", "exchange"}

// firstProcess is the number of the process that takes the first message of a world; later ones count on.
const firstProcess = 4711

// Of is the name of a message that is the n-th of its host and came at a moment, in nanoseconds since 1970-01-01 UTC.
func (q QueueID) Of(n uint32, unix int64) string {
	t := time.Unix(0, unix).UTC()
	process := firstProcess + int(n)
	switch q {
	case QueuePostfix:
		return fmt.Sprintf("%05X%06X", t.Nanosecond()/1000, 0x2A1000+int(n))
	case QueueSendmail8:
		return fmt.Sprintf("%cAA%05d", 'A'+t.Hour(), process)
	case QueueSendmail:
		moment := []int{(t.Year() - 1900) % 60, int(t.Month()) - 1, t.Day(), t.Hour(), t.Minute(), t.Second(), int(n) / 60 % 60, int(n) % 60}
		id := make([]byte, len(moment))
		for i, m := range moment {
			id[i] = sixty[m]
		}
		return string(id) + fmt.Sprintf("%06d", process)
	case QueueExim:
		return base62(t.Unix(), 6) + "-" + base62(int64(process), 6) + "-" + base62(int64(t.Nanosecond()/500_000), 2)
	case QueueQmail:
		return strconv.FormatInt(t.Unix(), 10) + " qp " + strconv.Itoa(process)
	}
	return strconv.FormatUint(uint64(n), 36)
}

// sixty are the digits of Sendmail's names, and, with two more, those of Exim's in another order.
const (
	sixty    = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwx"
	sixtyTwo = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

// base62 is a number in a fixed count of digits.
func base62(n int64, digits int) string {
	id := make([]byte, digits)
	for i := digits - 1; i >= 0; i-- {
		id[i] = sixtyTwo[n%62]
		n /= 62
	}
	return string(id)
}
