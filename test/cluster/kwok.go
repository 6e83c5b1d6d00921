package cluster

import (
	"context"
	"embed"
	"io/fs"
	"os"
	"path/filepath"
)

// The stages tell kwok how nodes, pods and volumes change by themselves.
//
//go:embed stages/*.yaml
var stageFiles embed.FS

func (c *Cluster) startKwok(ctx context.Context) error {
	kubeconfig, err := c.componentKubeconfig(kwok, "kwok")
	if err != nil {
		return err
	}
	files, err := c.writeStages()
	if err != nil {
		return err
	}
	args := []string{
		"--kubeconfig=" + kubeconfig,
		"--manage-all-nodes",
		// Nobody watches heartbeats here, so none are sent.
		"--node-lease-duration-seconds=0",
	}
	for _, file := range files {
		args = append(args, "--config="+file)
	}
	return c.launch(ctx, kwok, args, started)
}

func (c *Cluster) writeStages() ([]string, error) {
	names, err := fs.Glob(stageFiles, "stages/*.yaml")
	if err != nil {
		return nil, err
	}
	if err := os.Mkdir(c.path("stages"), 0o700); err != nil {
		return nil, err
	}
	var paths []string
	for _, name := range names {
		data, err := stageFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		path := filepath.Join(c.Dir, filepath.FromSlash(name))
		if err := os.WriteFile(path, data, 0o600); err != nil {
			return nil, err
		}
		paths = append(paths, path)
	}
	return paths, nil
}
