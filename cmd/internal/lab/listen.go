package lab

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"syscall"
)

// checkAddress refuses what is no address, and what other machines could reach without that being wanted.
func checkAddress(s Service, allowLAN bool) error {
	if _, ok := doorOf(s.Name); !ok {
		return optionError("there is no service %q", s.Name)
	}
	host, port, err := net.SplitHostPort(s.Address)
	if n, numErr := strconv.ParseUint(port, 10, 16); err != nil || numErr != nil || n > 65535 {
		return optionError("-%s %q is no HOST:PORT such as 127.0.0.1:2525", s.Name, s.Address)
	}
	if host == "localhost" {
		return nil
	}
	a, err := netip.ParseAddr(host)
	switch {
	case host == "" && allowLAN, err == nil && (allowLAN || a.Unmap().IsLoopback()):
		return nil
	case host == "" || err == nil:
		return optionError("-%s %s can be reached from other machines: write -%[1]s 127.0.0.1:%[3]s, or add -allow-lan if that is wanted", s.Name, s.Address, port)
	}
	return optionError("-%s %q: the host is to be an address, such as 127.0.0.1:%s", s.Name, s.Address, port)
}

// listen opens a door, and says in one line why it cannot be had and what to do.
func listen(s Service) (net.Listener, error) {
	quiet := net.ListenConfig{KeepAlive: -1} // a client that is gone runs into the machine's own timeout
	ln, err := quiet.Listen(context.Background(), "tcp", s.Address)
	if err == nil {
		return ln, nil
	}
	host, port, _ := net.SplitHostPort(s.Address)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		n, _ := strconv.Atoi(port)
		next := "0"
		if n < 65535 {
			next = strconv.Itoa(n + 1)
		}
		return nil, fmt.Errorf("%s is in use by another program: stop that one, choose another port with -%s %s, or do without with -%[2]s ''",
			s.Address, s.Name, net.JoinHostPort(host, next))
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("this user may not listen on port %s: choose one above 1023 with -%s", port, s.Name)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return nil, fmt.Errorf("%s is not an address of this machine: write -%s 127.0.0.1:%s", host, s.Name, port)
	}
	return nil, fmt.Errorf("cannot listen on %s for -%s: %v", s.Address, s.Name, err)
}
