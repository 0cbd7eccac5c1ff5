package store_test

import (
	"testing"

	"ehlo/sim/store"
	"ehlo/sim/store/storetest"
)

func TestMemory(t *testing.T) {
	storetest.Run(t, func(*testing.T) store.Mailbox { return store.NewMemory(1) })
}
