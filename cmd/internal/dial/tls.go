package dial

import (
	"context"
	"errors"
	"fmt"
	"net"

	"ehlo/cmd/internal/peer"
)

// handshake begins TLS on the connection and says with whom.
func (s *session) handshake(ctx context.Context) error {
	name := s.Name
	if name == "" {
		name, _, _ = net.SplitHostPort(s.Address)
	}
	ctx, cancel := context.WithTimeout(ctx, connectTime)
	defer cancel()
	conn, info, err := peer.Handshake(ctx, s.conn, peer.Options{Name: name, Roots: s.Roots, Insecure: s.Insecure})
	for i, c := range info.Chain {
		s.printer.Heading(fmt.Sprintf("certificate %d: %s", i+1, c))
	}
	if errors.Is(err, peer.ErrCertificate) {
		return fmt.Errorf("%w (-ca names who may sign, -insecure goes on all the same)", err)
	} else if err != nil {
		return err
	}
	s.conn = conn
	s.printer.Heading(info.Version + ", " + info.Cipher)
	if info.Problem != "" {
		s.printer.Heading("not verified: " + info.Problem)
	}
	return nil
}
