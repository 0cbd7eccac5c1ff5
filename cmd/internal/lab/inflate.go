package lab

import (
	"bufio"
	"errors"
	"io"
)

// errInflate says that octets are not DEFLATE's.
var errInflate = errors.New("the client's octets are not compressed by DEFLATE")

// inflater decompresses DEFLATE (RFC 1951) as it comes: before it waits for more it hands on all that it has. That of the
// standard library holds octets back where a client ends its flushes by an empty block of fixed codes, as mutt does.
type inflater struct {
	in     *bufio.Reader
	to     io.Writer
	bits   uint32 // octets of the input that are not used up, the next bit lowest
	count  uint   // how many bits that is
	window []byte // what was decompressed: at least the last 32 KiB of it
	sent   int    // so much of window was handed on
}

const (
	deflateWindow = 32 << 10
	longestCode   = 15 // bits of a code
)

// inflate decompresses up to the end of the input, or of the compressed octets.
func inflate(to io.Writer, from io.Reader) error {
	f := &inflater{in: bufio.NewReader(from), to: to, window: make([]byte, 0, 4*deflateWindow)}
	for {
		last, err := f.block()
		if err == nil && last {
			err = io.EOF
		}
		if err != nil {
			if sendErr := f.hand(); sendErr != nil {
				return sendErr
			}
			if err == io.EOF {
				err = nil
			}
			return err
		}
	}
}

// hand hands on what was decompressed.
func (f *inflater) hand() error {
	if f.sent == len(f.window) {
		return nil
	}
	_, err := f.to.Write(f.window[f.sent:])
	f.sent = len(f.window)
	return err
}

// put takes an octet that was decompressed.
func (f *inflater) put(c byte) error {
	if len(f.window) == cap(f.window) {
		if err := f.hand(); err != nil {
			return err
		}
		f.window = f.window[:copy(f.window, f.window[len(f.window)-deflateWindow:])]
		f.sent = len(f.window)
	}
	f.window = append(f.window, c)
	return nil
}

// take reads n bits, 16 at most.
func (f *inflater) take(n uint) (uint32, error) {
	for f.count < n {
		if f.in.Buffered() == 0 {
			if err := f.hand(); err != nil {
				return 0, err
			}
		}
		c, err := f.in.ReadByte()
		if err != nil {
			return 0, err
		}
		f.bits |= uint32(c) << f.count
		f.count += 8
	}
	v := f.bits & (1<<n - 1)
	f.bits >>= n
	f.count -= n
	return v, nil
}

// block decompresses a block, and says whether it is the last (RFC 1951 §3.2.3).
func (f *inflater) block() (last bool, err error) {
	head, err := f.take(3)
	if err != nil {
		return false, err
	}
	last = head&1 != 0
	switch head >> 1 {
	case 0:
		return last, f.stored()
	case 1:
		return last, f.codes(fixedLengths, fixedDistances)
	case 2:
		lengths, distances, err := f.tables()
		if err != nil {
			return last, err
		}
		return last, f.codes(lengths, distances)
	}
	return last, errInflate
}

// stored takes octets as they are, behind the next whole octet.
func (f *inflater) stored() error {
	f.bits >>= f.count % 8
	f.count -= f.count % 8
	n, err := f.take(16)
	if err != nil {
		return err
	}
	inverse, err := f.take(16)
	if err != nil {
		return err
	}
	if n != ^inverse&0xFFFF {
		return errInflate
	}
	for range n {
		c, err := f.take(8)
		if err != nil {
			return err
		}
		if err := f.put(byte(c)); err != nil {
			return err
		}
	}
	return nil
}

// codes decompresses literals and copies up to the end of the block (RFC 1951 §3.2.5).
func (f *inflater) codes(lengths, distances *code) error {
	for {
		symbol, err := f.symbol(lengths)
		switch {
		case err != nil:
			return err
		case symbol < 256:
			err = f.put(byte(symbol))
		case symbol == 256:
			return nil
		case symbol-257 >= len(lengthBases):
			err = errInflate
		default:
			err = f.repeat(symbol-257, distances)
		}
		if err != nil {
			return err
		}
	}
}

// repeat copies octets that were there before.
func (f *inflater) repeat(i int, distances *code) error {
	more, err := f.take(lengthBits[i])
	if err != nil {
		return err
	}
	symbol, err := f.symbol(distances)
	if err != nil {
		return err
	}
	if symbol >= len(distanceBases) {
		return errInflate
	}
	back, err := f.take(distanceBits[symbol])
	if err != nil {
		return err
	}
	distance := distanceBases[symbol] + int(back)
	for range lengthBases[i] + int(more) {
		if distance > len(f.window) {
			return errInflate
		}
		if err := f.put(f.window[len(f.window)-distance]); err != nil {
			return err
		}
	}
	return nil
}
