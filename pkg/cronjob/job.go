package cronjob

import (
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// backupVolume is the name of the volume for backups in the Pod.
const backupVolume = "backup"

func (o *Options) cronJob() *batchv1.CronJob {
	return &batchv1.CronJob{
		TypeMeta:   metav1.TypeMeta{APIVersion: batchv1.SchemeGroupVersion.String(), Kind: "CronJob"},
		ObjectMeta: o.meta(o.Namespace),
		Spec: batchv1.CronJobSpec{
			Schedule:                   o.Schedule,
			TimeZone:                   new(o.TimeZone),
			ConcurrencyPolicy:          batchv1.ForbidConcurrent,
			StartingDeadlineSeconds:    new(late),
			SuccessfulJobsHistoryLimit: new(history),
			FailedJobsHistoryLimit:     new(history),
			JobTemplate: batchv1.JobTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: o.labels()},
				Spec:       o.job(),
			},
		},
	}
}

// job fails with its first Pod: what could not be seen or done will not be a minute
// later. A Pod that its node lost or that was evicted is another matter.
func (o *Options) job() batchv1.JobSpec {
	return batchv1.JobSpec{
		BackoffLimit:          new(int32),
		ActiveDeadlineSeconds: new(int64(o.Deadline.Seconds())),
		PodFailurePolicy: &batchv1.PodFailurePolicy{Rules: []batchv1.PodFailurePolicyRule{{
			Action: batchv1.PodFailurePolicyActionIgnore,
			OnPodConditions: []batchv1.PodFailurePolicyOnPodConditionsPattern{
				{Type: corev1.DisruptionTarget, Status: corev1.ConditionTrue},
			},
		}}},
		Template: corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: o.labels()}, Spec: o.pod()},
	}
}

func (o *Options) pod() corev1.PodSpec {
	pod := corev1.PodSpec{
		ServiceAccountName:            o.Name,
		AutomountServiceAccountToken:  new(true),
		EnableServiceLinks:            new(false),
		RestartPolicy:                 corev1.RestartPolicyNever,
		TerminationGracePeriodSeconds: new(grace),
		NodeSelector:                  map[string]string{corev1.LabelOSStable: "linux"},
		SecurityContext: &corev1.PodSecurityContext{
			RunAsNonRoot:   new(true),
			RunAsUser:      new(user),
			RunAsGroup:     new(user),
			SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
		},
		Containers: []corev1.Container{o.container()},
	}
	if o.BackupClaim != "" {
		pod.SecurityContext.FSGroup = new(user) // else only root could write
		pod.SecurityContext.FSGroupChangePolicy = new(corev1.FSGroupChangeOnRootMismatch)
		pod.Volumes = []corev1.Volume{{Name: backupVolume, VolumeSource: corev1.VolumeSource{
			PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: o.BackupClaim},
		}}}
		pod.Containers[0].VolumeMounts = []corev1.VolumeMount{{Name: backupVolume, MountPath: o.BackupDir}}
	}
	return pod
}

func (o *Options) container() corev1.Container {
	return corev1.Container{
		Name:  Container,
		Image: o.Image,
		Args:  o.Args,
		Env:   []corev1.EnvVar{{Name: "GOMEMLIMIT", Value: goMemoryLimit}},
		Resources: corev1.ResourceRequirements{
			Requests: corev1.ResourceList{
				corev1.ResourceCPU: resource.MustParse(cpuRequest), corev1.ResourceMemory: resource.MustParse(memoryRequest),
			},
			Limits: corev1.ResourceList{corev1.ResourceMemory: resource.MustParse(memoryLimit)},
		},
		// The summary is the last line, and kubectl describe shows it.
		TerminationMessagePolicy: corev1.TerminationMessageFallbackToLogsOnError,
		SecurityContext: &corev1.SecurityContext{
			AllowPrivilegeEscalation: new(false),
			ReadOnlyRootFilesystem:   new(true),
			Capabilities:             &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
		},
	}
}
