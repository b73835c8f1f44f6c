// A client of the Kubernetes API made of upstream's own client-go, for the acceptance tests: what Go operators are made of.
package main

import (
	"fmt"
	"os"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

const usage = `usage:
  go-client kinds KUBECONFIG NAMESPACE                      reads and writes every kind in protobuf and in JSON, and compares
  go-client informers KUBECONFIG NAMESPACE CONTENT-TYPE     follows a namespace; each line "check" on its input compares with a list
  go-client elect KUBECONFIG NAMESPACE IDENTITY             takes part in an election, and says each moment that it leads
`

func main() {
	if len(os.Args) < 4 {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}

	var err error
	switch namespace := os.Args[3]; {
	case os.Args[1] == "kinds":
		err = compareKinds(client("application/vnd.kubernetes.protobuf"), client("application/json"), namespace)
	case os.Args[1] == "informers" && len(os.Args) == 5:
		err = follow(client(os.Args[4]), namespace, os.Stdin)
	case os.Args[1] == "elect" && len(os.Args) == 5:
		err = elect(client("application/vnd.kubernetes.protobuf"), namespace, os.Args[4])
	default:
		err = fmt.Errorf("%s", usage)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func client(contentType string) kubernetes.Interface {
	return kubernetes.NewForConfigOrDie(configuration(contentType))
}

// configuration is of a client that asks for nothing but the content type, so that nothing can hide behind another.
func configuration(contentType string) *rest.Config {
	config, err := clientcmd.BuildConfigFromFlags("", os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	config.ContentType = contentType
	config.AcceptContentTypes = contentType
	config.QPS, config.Burst = 1000, 1000
	return config
}
