package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"ehlo/cmd/internal/bridge"
	"ehlo/web"
)

var serveCommand = command{
	name:  "serve",
	args:  "[-addr HOST:PORT] [-dir DIRECTORY] [-bridge FILE]",
	about: "serve the page to browsers until Ctrl-C",
	help: `Only this machine can reach the page unless -addr says otherwise. For a classroom, -addr 0.0.0.0:8025 serves
it to everyone in the local network and prints the addresses to write on the board.
With -bridge the page can also talk to the real servers that FILE names, and to no others (docs/bridge.md).`,
	run: serve,
}

func serve(c *call) error {
	addr := c.flags.String("addr", "127.0.0.1:8025", "`HOST:PORT` to listen on")
	dir := c.flags.String("dir", "", "serve the packed page in `DIRECTORY` instead of the one in this binary")
	bridged := bridgeFlags(c)
	if err := c.parseNoArgs(); err != nil {
		return err
	}
	if _, _, err := net.SplitHostPort(*addr); err != nil {
		return usageError{fmt.Sprintf("-addr %q is no HOST:PORT such as 127.0.0.1:8025", *addr)}
	}
	handler, err := pageOf(*dir)
	if err != nil {
		return err
	}
	b, err := bridged.open(c)
	if err != nil {
		return err
	}
	if b != nil {
		defer b.Close()
		page := handler
		handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, bridge.Path) {
				b.ServeHTTP(w, r)
			} else {
				page.ServeHTTP(w, r)
			}
		})
	}
	ln, err := net.Listen("tcp", *addr)
	if err != nil {
		return listenError(*addr, err)
	}
	pages := urls(ln.Addr().(*net.TCPAddr))
	for _, url := range pages {
		fmt.Fprintf(c.stdout, "ehlo is ready: %s\n", url)
	}
	if b != nil {
		invite := b.Invite(*bridged.room, *bridged.life)
		for _, url := range append(pages, b.Pages()...) {
			fmt.Fprintf(c.stdout, "invitation to the bridge, room %s, for %v: %s\n", *bridged.room, *bridged.life, bridge.InviteURL(url, invite))
		}
	}
	fmt.Fprintln(c.stdout, "Ctrl-C stops it.")
	return serveUntilDone(c.ctx, ln, handler)
}

// packed returns the page that was packed into a directory, or into this binary where dir is "", and what to call that.
func packed(dir string) (files fs.FS, from string, err error) {
	if dir == "" {
		return web.Files(), "this binary", nil
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil, "", fmt.Errorf("there is no directory %s: -dir takes one that make build has packed, such as web/dist", dir)
	}
	return os.DirFS(dir), dir, nil
}

// pageOf answers for the page that packed finds.
func pageOf(dir string) (http.Handler, error) {
	files, from, err := packed(dir)
	if err != nil {
		return nil, err
	}
	handler, err := web.Handler(files)
	if errors.Is(err, web.ErrNoPage) {
		err = noPage(from)
	}
	return handler, err
}

// noPage says what to do where no page was packed.
func noPage(from string) error {
	return fmt.Errorf("%s holds no page: build it with `make build`", from)
}

// serveUntilDone serves until the context ends, and then lets running answers finish for a moment.
func serveUntilDone(ctx context.Context, ln net.Listener, handler http.Handler) error {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(ln) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	if server.Shutdown(grace) != nil {
		_ = server.Close() // whoever has not finished by now is cut off
	}
	return nil
}

// listenError says in one line why an address cannot be had and what to do.
func listenError(addr string, err error) error {
	host, port, _ := net.SplitHostPort(addr)
	next := "8026"
	if n, err := strconv.Atoi(port); err == nil && n < 65535 {
		next = strconv.Itoa(n + 1)
	}
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("%s is in use by another program: stop that one, or choose another port with -addr %s (make run ADDR=%[2]s)",
			addr, net.JoinHostPort(host, next))
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("this user may not listen on port %s: choose one above 1023 with -addr %s", port, net.JoinHostPort(host, "8025"))
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return fmt.Errorf("%s is not an address of this machine: choose -addr 127.0.0.1:%s, or 0.0.0.0:%[2]s for every machine of the network", host, port)
	}
	return fmt.Errorf("cannot listen on %s: %v", addr, err)
}

// urls lists what to type into a browser: for an address of all interfaces, every IPv4 address of this machine.
func urls(addr *net.TCPAddr) []string {
	if !addr.IP.IsUnspecified() {
		return []string{"http://" + addr.String() + "/"}
	}
	list := []string{fmt.Sprintf("http://127.0.0.1:%d/ (on this machine)", addr.Port)}
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return list // the first one works; the others are a courtesy
	}
	for _, a := range addrs {
		if n, ok := a.(*net.IPNet); ok && n.IP.To4() != nil && n.IP.IsGlobalUnicast() {
			list = append(list, fmt.Sprintf("http://%s:%d/ (from other machines)", n.IP, addr.Port))
		}
	}
	return list
}
