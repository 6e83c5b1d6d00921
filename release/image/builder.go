package main

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

//go:embed Containerfile
var containerfile string

// index is the name of the multi-platform image in buildah's storage.
const index = "localhost/" + program

// A builder runs buildah with storage and settings of its own, so that nothing of
// the machine's gets in and nothing stays behind.
type builder struct {
	dir     string
	release release
}

// build makes an image for each architecture, and the index of them.
func (b *builder) build(ctx context.Context, dist string) error {
	if err := b.configure(); err != nil {
		return err
	}
	file := filepath.Join(b.dir, "Containerfile")
	if err := os.WriteFile(file, []byte(containerfile), 0o644); err != nil {
		return err
	}
	// One after the other: the index lists them in the order in which they are done.
	for _, arch := range architectures() {
		if err := b.buildFor(ctx, dist, arch, file); err != nil {
			return err
		}
	}
	args := []string{"manifest", "annotate", "--index"}
	for _, label := range b.labels() {
		args = append(args, "--annotation="+label)
	}
	return b.buildah(ctx, append(args, index)...)
}

func (b *builder) buildFor(ctx context.Context, dist, arch, file string) error {
	content := filepath.Join(b.dir, arch)
	if err := extract(dist, arch, filepath.Join(content, program)); err != nil {
		return err
	}
	args := []string{
		"build", "--signature-policy=" + b.policy(), "--isolation=chroot", "--format=oci", "--pull=never", "--layers=false", "--quiet",
		"--platform=linux/" + arch, "--manifest=" + index, "--file=" + file,
		// Neither buildah's version nor the time of the build may make a difference.
		"--identity-label=false", "--timestamp=" + strconv.FormatInt(b.release.created.Unix(), 10),
	}
	for _, label := range b.labels() {
		args = append(args, "--label="+label)
	}
	return b.buildah(ctx, append(args, content)...)
}

func (b *builder) labels() []string {
	const prefix = "org.opencontainers.image."
	home := "https://github.com/kubectl-helmhooks/kubectl-helmhooks"
	return []string{
		prefix + "title=" + program,
		prefix + "description=See what Helm hooks left behind in a cluster and clean it up",
		prefix + "source=" + home,
		prefix + "documentation=" + home + "/blob/" + b.release.Commit + "/docs/install.md",
		prefix + "licenses=Apache-2.0",
		prefix + "version=" + b.release.tag(),
		prefix + "revision=" + b.release.Commit,
		prefix + "created=" + b.release.created.Format(time.RFC3339),
	}
}

// layout writes the image to a new OCI layout.
func (b *builder) layout(ctx context.Context, dir string) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return b.pushTo(ctx, "oci:"+dir+":"+b.release.tag())
}

// push sends what layout writes to a registry, and notes by which digest it is
// found there: that is what gets signed. What is no pre-release is the latest, too.
func (b *builder) push(ctx context.Context, repository, digestFile string, insecure bool) error {
	flags := []string{"--digestfile=" + digestFile}
	if insecure {
		flags = append(flags, "--tls-verify=false")
	}
	for _, tag := range b.release.tags() {
		if err := b.pushTo(ctx, "docker://"+repository+":"+tag, flags...); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) pushTo(ctx context.Context, destination string, flags ...string) error {
	args := []string{"manifest", "push", "--signature-policy=" + b.policy(), "--all", "--quiet", "--format=oci"}
	return b.buildah(ctx, append(append(args, flags...), index, destination)...)
}

func (b *builder) buildah(ctx context.Context, args ...string) error {
	storage := []string{
		"--storage-driver=vfs", "--root=" + filepath.Join(b.dir, "storage"), "--runroot=" + filepath.Join(b.dir, "run"),
		"--registries-conf=" + os.DevNull,
	}
	cmd := exec.CommandContext(ctx, "buildah", append(storage, args...)...)
	cmd.Env = append(os.Environ(), "CONTAINERS_CONF="+b.conf())
	asRoot(cmd)
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("buildah %s: %w", args[0], err)
	}
	return nil
}
