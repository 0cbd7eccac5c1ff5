package netsim

import "ehlo/sim/engine"

// topology is hosts, links, and the ways between them. Ways are found when they are first asked for; what was found
// never changes, and clones share it.
type topology struct {
	hosts []Host
	index map[string]int
	links []Link
	ends  [][2]int
	at    [][]int32 // by host: its links
	next  [][]int32 // by destination and host: the link to take, -1 for none; nil until somebody goes there
}

func newTopology(hosts []Host, links []Link) *topology {
	t := &topology{hosts: hosts, index: make(map[string]int, 2*len(hosts)), links: links,
		at: make([][]int32, len(hosts)), next: make([][]int32, len(hosts))}
	for i, h := range hosts {
		t.index[h.Name] = i
		t.index[h.Address] = i
		if h.IPv6 != "" {
			t.index[h.IPv6] = i
		}
	}
	for l, link := range links {
		a, b := t.index[link.A], t.index[link.B]
		t.ends = append(t.ends, [2]int{a, b})
		t.at[a] = append(t.at[a], int32(l))
		t.at[b] = append(t.at[b], int32(l))
	}
	return t
}

// loop is the address of a host where it means itself by what is dialled, and otherwise what is dialled.
func (t *topology) loop(host int, to string) string {
	switch to {
	case "localhost", "127.0.0.1":
		return t.hosts[host].Address
	case "::1":
		return t.hosts[host].IPv6
	}
	return to
}

// way is the link to take from a host to another, and -1 where none leads there.
func (t *topology) way(from, to int) int32 {
	if t.next[to] == nil {
		t.next[to] = t.route(to)
	}
	return t.next[to][from]
}

// route finds the fastest way from every host to one; of two equally fast ones the one that was found first, in the
// order of the links.
func (t *topology) route(dst int) []int32 {
	via := make([]int32, len(t.hosts))
	dist := make([]engine.Time, len(t.hosts))
	for i := range via {
		via[i], dist[i] = -1, engine.Never
	}
	var reached engine.Queue[int]
	dist[dst] = 0
	reached.Push(0, dst)
	for reached.Len() > 0 {
		d, at := reached.Pop()
		if d > dist[at] {
			continue
		}
		for _, l := range t.at[at] {
			from := t.ends[l][0]
			if from == at {
				from = t.ends[l][1]
			}
			if further := d.Add(t.links[l].Latency) + 1; further < dist[from] {
				dist[from], via[from] = further, l
				reached.Push(further, from)
			}
		}
	}
	return via
}
