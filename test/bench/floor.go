package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

const (
	floorCommand = "floor"
	// atOnce is how many requests the plugin has under way.
	atOnce = 8
)

// floor asks the server for what the plugin asked for, and throws the answers away:
// nobody who needs these bytes can be faster. With -inflate it unpacks Helm's records
// as well.
func floor(ctx context.Context, args []string) error {
	f := flag.NewFlagSet(floorCommand, flag.ContinueOnError)
	kubeconfig := f.String("kubeconfig", "", "")
	path := f.String("requests", "", "the requests, as recorded")
	inflate := f.Bool("inflate", false, "inflate the bodies of records")
	if err := f.Parse(args); err != nil {
		return err
	}
	text, err := os.ReadFile(*path)
	if err != nil {
		return err
	}
	var requests []request
	if err := json.Unmarshal(text, &requests); err != nil {
		return fmt.Errorf("%s: %w", *path, err)
	}
	config, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	if err != nil {
		return err
	}
	config.DisableCompression = true // the recorded headers say what to accept, and nothing is unpacked
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for i := range requests {
		g.Go(func() error { return ask(ctx, client, config.Host, &requests[i], *inflate) })
	}
	return g.Wait()
}

func ask(ctx context.Context, client *http.Client, host string, r *request, inflate bool) error {
	req, err := http.NewRequestWithContext(ctx, r.Method, host+r.URI, bytes.NewReader(r.Body))
	if err != nil {
		return err
	}
	req.Header = r.Header
	if r.forRecords() {
		req.Header.Del("Accept-Encoding") // which goes with a connection without TLS, as the recorded one was
	}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= http.StatusBadRequest && resp.StatusCode != http.StatusNotFound {
		return fmt.Errorf("%s: %s", r.URI, resp.Status)
	}
	if !inflate || !r.forRecords() {
		_, err := io.Copy(io.Discard, resp.Body)
		return err
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if err := inflateAll(body); err != nil {
		return fmt.Errorf("%s: %w", r.URI, err)
	}
	return nil
}

// forRecords tells whether the request is for bodies of records: whole Secrets, by name
// and revision.
func (r *request) forRecords() bool {
	path, query, _ := strings.Cut(r.URI, "?")
	return strings.HasPrefix(path, "/api/v1/") && strings.HasSuffix(path, "/secrets") && strings.Contains(query, "version+in") &&
		!strings.Contains(r.Header.Get("Accept"), "PartialObjectMetadata")
}

func inflateAll(body []byte) error {
	var envelope runtime.Unknown
	if err := envelope.Unmarshal(body[len("k8s\x00"):]); err != nil {
		return err
	}
	var list corev1.SecretList
	if err := list.Unmarshal(envelope.Raw); err != nil {
		return err
	}
	for i := range list.Items {
		z, err := gzip.NewReader(base64.NewDecoder(base64.StdEncoding, bytes.NewReader(list.Items[i].Data["release"])))
		if err != nil {
			return err
		}
		if _, err := io.Copy(io.Discard, z); err != nil {
			return err
		}
	}
	return nil
}
