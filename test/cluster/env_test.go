package cluster

import (
	"slices"
	"testing"
)

func TestWithoutProxies(t *testing.T) {
	env := []string{
		"PATH=/bin", "HTTP_PROXY=http://p", "https_proxy=http://p", "ALL_PROXY=", "no_proxy=x",
		"HTTP_PROXY_OF_MINE=kept",
	}
	want := []string{"PATH=/bin", "HTTP_PROXY_OF_MINE=kept"}
	if got := withoutProxies(env); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if len(env) != 6 || env[1] != "HTTP_PROXY=http://p" {
		t.Errorf("the argument was changed: %v", env)
	}
}
