package main

import (
	"context"
	"fmt"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/diff"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/client-go/kubernetes"
)

// compareKinds writes objects in protobuf and compares what comes back in protobuf, in JSON, from a list and from a watch.
func compareKinds(proto, json kubernetes.Interface, namespace string) error {
	tests := []func(kubernetes.Interface, kubernetes.Interface, string) error{deployment, service, secret, lease, pod, failures}
	for _, test := range tests {
		if err := test(proto, json, namespace); err != nil {
			return err
		}
	}
	fmt.Println("same")
	return nil
}

func same(what string, first, second interface{}) error {
	if equality.Semantic.DeepEqual(first, second) {
		return nil
	}
	return fmt.Errorf("%s differs:\n%s", what, diff.ObjectReflectDiff(first, second))
}

func template() corev1.PodTemplateSpec {
	grace, user, yes := int64(0), int64(1000), true
	return corev1.PodTemplateSpec{
		ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"app": "web"}, Annotations: map[string]string{"note": "\"ключ\"\n"}},
		Spec: corev1.PodSpec{
			TerminationGracePeriodSeconds: &grace,
			SecurityContext:               &corev1.PodSecurityContext{RunAsUser: &user, SupplementalGroups: []int64{1, 300}},
			NodeSelector:                  map[string]string{"nowhere": "true"},
			Tolerations:                   []corev1.Toleration{{Key: "a", Operator: corev1.TolerationOpExists}},
			Containers: []corev1.Container{{
				Name: "main", Image: "busybox", Command: []string{"sleep", "1"},
				Env: []corev1.EnvVar{
					{Name: "EMPTY"},
					{Name: "COLOR", ValueFrom: &corev1.EnvVarSource{ConfigMapKeyRef: &corev1.ConfigMapKeySelector{
						LocalObjectReference: corev1.LocalObjectReference{Name: "settings"}, Key: "color", Optional: &yes}}},
				},
				Resources:      corev1.ResourceRequirements{Requests: corev1.ResourceList{"cpu": resource.MustParse("50m"), "memory": resource.MustParse("16Mi")}},
				ReadinessProbe: &corev1.Probe{Handler: corev1.Handler{HTTPGet: &corev1.HTTPGetAction{Path: "/", Port: intstr.FromString("http")}}, PeriodSeconds: 7},
				Ports:          []corev1.ContainerPort{{Name: "http", ContainerPort: 80}},
				VolumeMounts:   []corev1.VolumeMount{{Name: "scratch", MountPath: "/scratch"}},
			}},
			Volumes: []corev1.Volume{{Name: "scratch", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}},
		},
	}
}

func deployment(proto, json kubernetes.Interface, namespace string) error {
	none, surge := int32(0), intstr.FromString("50%")
	wanted := &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: "web", Labels: map[string]string{"app": "web"}},
		Spec: appsv1.DeploymentSpec{
			Replicas: &none,
			Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "web"}},
			Strategy: appsv1.DeploymentStrategy{Type: appsv1.RollingUpdateDeploymentStrategyType, RollingUpdate: &appsv1.RollingUpdateDeployment{MaxSurge: &surge}},
			Template: template(),
		},
	}
	made, err := proto.AppsV1().Deployments(namespace).Create(context.TODO(), wanted, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	if err := same("the template that was sent", wanted.Spec.Template.Spec.Containers[0].Env, made.Spec.Template.Spec.Containers[0].Env); err != nil {
		return err
	}
	scale, err := proto.AppsV1().Deployments(namespace).GetScale(context.TODO(), "web", metav1.GetOptions{})
	if err != nil {
		return err
	}
	if scale.Spec.Replicas = 1; scale.Status.Selector != "app=web" {
		return fmt.Errorf("the scale's selector is %q", scale.Status.Selector)
	}
	if _, err = proto.AppsV1().Deployments(namespace).UpdateScale(context.TODO(), "web", scale, metav1.UpdateOptions{}); err != nil {
		return err
	}

	// Its controller writes too, so both are read until nothing came in between.
	for deadline := time.Now().Add(patience); ; time.Sleep(100 * time.Millisecond) {
		first, err := proto.AppsV1().Deployments(namespace).List(context.TODO(), metav1.ListOptions{})
		if err != nil {
			return err
		}
		second, err := json.AppsV1().Deployments(namespace).List(context.TODO(), metav1.ListOptions{})
		if err != nil {
			return err
		}
		if len(first.Items) != 1 || *first.Items[0].Spec.Replicas != 1 {
			return fmt.Errorf("the deployment is not in the list as it was written: %v", first.Items)
		}
		// Items in JSON say their kind, which the types of client-go do not keep elsewhere.
		first.ResourceVersion, second.ResourceVersion, second.Items[0].TypeMeta = "", "", metav1.TypeMeta{}
		if err = same("the list of deployments", first, second); err == nil {
			return nil
		}
		if time.Now().After(deadline) {
			return err
		}
	}
}

func service(proto, json kubernetes.Interface, namespace string) error {
	_, err := proto.CoreV1().Services(namespace).Create(context.TODO(), &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Name: "web"},
		Spec: corev1.ServiceSpec{
			Selector: map[string]string{"app": "web"},
			Ports:    []corev1.ServicePort{{Name: "http", Port: 80, TargetPort: intstr.FromInt(8080)}, {Name: "named", Port: 81, TargetPort: intstr.FromString("http")}},
		},
	}, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	first, err := proto.CoreV1().Services(namespace).Get(context.TODO(), "web", metav1.GetOptions{})
	if err != nil {
		return err
	}
	second, err := json.CoreV1().Services(namespace).Get(context.TODO(), "web", metav1.GetOptions{})
	if err != nil {
		return err
	}
	return same("the service", first, second)
}

func secret(proto, json kubernetes.Interface, namespace string) error {
	list, err := proto.CoreV1().Secrets(namespace).List(context.TODO(), metav1.ListOptions{})
	if err != nil {
		return err
	}
	watch, err := proto.CoreV1().Secrets(namespace).Watch(context.TODO(), metav1.ListOptions{ResourceVersion: list.ResourceVersion})
	if err != nil {
		return err
	}
	defer watch.Stop()
	made, err := proto.CoreV1().Secrets(namespace).Create(context.TODO(), &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{GenerateName: "key-"},
		Data:       map[string][]byte{"raw": {0, 255, 10}, "empty": {}},
	}, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	second, err := json.CoreV1().Secrets(namespace).Get(context.TODO(), made.Name, metav1.GetOptions{})
	if err != nil {
		return err
	}
	if err := same("the secret", made, second); err != nil {
		return err
	}
	select {
	case event := <-watch.ResultChan():
		return same("the watched secret", made, event.Object)
	case <-time.After(patience):
		return fmt.Errorf("the watch says nothing of %s", made.Name)
	}
}

func lease(proto, json kubernetes.Interface, namespace string) error {
	holder, now := "me", metav1.NewMicroTime(time.Unix(1700000000, 123456000))
	made, err := json.CoordinationV1().Leases(namespace).Create(context.TODO(), &coordinationv1.Lease{
		ObjectMeta: metav1.ObjectMeta{Name: "lease"},
		Spec:       coordinationv1.LeaseSpec{HolderIdentity: &holder, RenewTime: &now},
	}, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	read, err := proto.CoordinationV1().Leases(namespace).Get(context.TODO(), "lease", metav1.GetOptions{})
	if err != nil {
		return err
	}
	if !read.Spec.RenewTime.Time.Equal(now.Time) {
		return fmt.Errorf("the lease's time is %v", read.Spec.RenewTime)
	}
	if err := same("the lease", made, read); err != nil {
		return err
	}
	stale := read.DeepCopy()
	if read, err = proto.CoordinationV1().Leases(namespace).Update(context.TODO(), read, metav1.UpdateOptions{}); err != nil {
		return err
	}
	stale.ResourceVersion = "1"
	if _, err = proto.CoordinationV1().Leases(namespace).Update(context.TODO(), stale, metav1.UpdateOptions{}); !apierrors.IsConflict(err) {
		return fmt.Errorf("a stale update was answered with %v", err)
	}
	uid := read.UID
	background := metav1.DeletePropagationBackground
	return proto.CoordinationV1().Leases(namespace).Delete(context.TODO(), "lease",
		metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &uid}, PropagationPolicy: &background})
}

func pod(proto, json kubernetes.Interface, namespace string) error {
	parts := template()
	if _, err := proto.CoreV1().Pods(namespace).Create(context.TODO(), &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "alone"}, Spec: parts.Spec}, metav1.CreateOptions{}); err != nil {
		return err
	}
	for deadline := time.Now().Add(patience); ; time.Sleep(100 * time.Millisecond) {
		first, err := proto.CoreV1().Pods(namespace).Get(context.TODO(), "alone", metav1.GetOptions{})
		if err != nil {
			return err
		}
		second, err := json.CoreV1().Pods(namespace).Get(context.TODO(), "alone", metav1.GetOptions{})
		if err != nil {
			return err
		}
		if err = same("the pod", first, second); err == nil {
			break
		}
		if time.Now().After(deadline) {
			return err
		}
	}
	none := int64(0)
	return proto.CoreV1().Pods(namespace).Delete(context.TODO(), "alone", metav1.DeleteOptions{GracePeriodSeconds: &none})
}

func failures(proto, json kubernetes.Interface, namespace string) error {
	_, first := proto.CoreV1().Pods(namespace).Create(context.TODO(), &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "Bad_Name"}}, metav1.CreateOptions{})
	_, second := json.CoreV1().Pods(namespace).Create(context.TODO(), &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "Bad_Name"}}, metav1.CreateOptions{})
	if !apierrors.IsInvalid(first) || !apierrors.IsInvalid(second) {
		return fmt.Errorf("an invalid pod was answered with %v and %v", first, second)
	}
	return same("the Status", first.(*apierrors.StatusError).ErrStatus.Details, second.(*apierrors.StatusError).ErrStatus.Details)
}
