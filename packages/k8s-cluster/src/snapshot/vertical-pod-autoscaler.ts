/**
 * The part of a VerticalPodAutoscaler (autoscaling.k8s.io/v1) that is read here. client-node has no model for it.
 * Source: kubernetes/autoscaler vertical-pod-autoscaler/pkg/apis/autoscaling.k8s.io/v1/types.go
 */
export interface V1VerticalPodAutoscaler {
  spec?: {
    targetRef?: { apiVersion?: string; kind: string; name: string };
    updatePolicy?: { updateMode?: string };
    resourcePolicy?: { containerPolicies?: { containerName?: string; controlledResources?: string[] }[] };
  };
}
