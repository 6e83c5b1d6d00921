package release_test

import (
	"math"
	"testing"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
)

func TestParseKey(t *testing.T) {
	for _, tt := range []struct {
		key      string
		name     string
		revision int
	}{
		{"sh.helm.release.v1.blog.v1", "blog", 1},
		{"sh.helm.release.v1.blog.v10", "blog", 10},
		{"sh.helm.release.v1.my.blog.v2", "my.blog", 2},
		{"sh.helm.release.v1.blog.v2.v3", "blog.v2", 3},
		{"sh.helm.release.v1.a.verbose.v3", "a.verbose", 3},
		{"sh.helm.release.v1.v1.v1", "v1", 1},
		{"sh.helm.release.v1.sh.helm.release.v1.a.v1.v2", "sh.helm.release.v1.a.v1", 2},
		{"sh.helm.release.v1.blog.v2147483648", "blog", 2147483648},
	} {
		name, revision, ok := release.ParseKey(tt.key)
		if !ok || name != tt.name || revision != tt.revision {
			t.Errorf("ParseKey(%q) = %q, %d, %v; want %q, %d", tt.key, name, revision, ok, tt.name, tt.revision)
		}
		if got := release.Key(tt.name, tt.revision); got != tt.key {
			t.Errorf("Key(%q, %d) = %q, want %q", tt.name, tt.revision, got, tt.key)
		}
	}
}

func TestParseKeyRejectsWhatHelmDoesNotWrite(t *testing.T) {
	for _, key := range []string{
		"", "blog", "blog.v1", "sh.helm.release.v1.", "sh.helm.release.v1.blog", "sh.helm.release.v1..v1",
		"sh.helm.release.v2.blog.v1", "SH.helm.release.v1.blog.v1", " sh.helm.release.v1.blog.v1",
		"sh.helm.release.v1.blog.v", "sh.helm.release.v1.blog.v0", "sh.helm.release.v1.blog.v-1",
		"sh.helm.release.v1.blog.v+1", "sh.helm.release.v1.blog.v01", "sh.helm.release.v1.blog.v1 ",
		"sh.helm.release.v1.blog.v1.v", "sh.helm.release.v1.blog.v1a", "sh.helm.release.v1.blog.v1.2",
		"sh.helm.release.v1.blog.v1_0", "sh.helm.release.v1.blog.v0x1", "sh.helm.release.v1.blog.v١",
		"sh.helm.release.v1.blog.v9223372036854775808", "sh.helm.release.v1.blog.v99999999999999999999999",
		"sh.helm.release.v1.blog.values",
	} {
		if name, revision, ok := release.ParseKey(key); ok || name != "" || revision != 0 {
			t.Errorf("ParseKey(%q) = %q, %d, %v; want a refusal without values", key, name, revision, ok)
		}
	}
}

func FuzzParseKey(f *testing.F) {
	for _, s := range []string{
		"blog", "my.blog", "blog.v2", ".v", "v1", "sh.helm.release.v1.blog.v1", "sh.helm.release.v1.blog.v01",
		"sh.helm.release.v1.blog.v+1", "sh.helm.release.v1..v1", "sh.helm.release.v1.blog.v9223372036854775808",
	} {
		f.Add(s, 1)
	}
	f.Add("blog", math.MaxInt)
	f.Fuzz(func(t *testing.T, s string, revision int) {
		if name, n, ok := release.ParseKey(s); ok && (release.Key(name, n) != s || n < 1 || name == "") {
			t.Errorf("ParseKey(%q) = %q, %d, which is the key %q", s, name, n, release.Key(name, n))
		}
		if s == "" || revision < 1 {
			return
		}
		name, n, ok := release.ParseKey(release.Key(s, revision))
		if !ok || name != s || n != revision {
			t.Errorf("ParseKey(Key(%q, %d)) = %q, %d, %v", s, revision, name, n, ok)
		}
	})
}
