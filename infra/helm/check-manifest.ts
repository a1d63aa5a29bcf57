/** Holds manifests to the schemas of Kubernetes, KEDA and the Prometheus operator, as npm packages carry them. */
import { ScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1';
import { ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';
import { Deployment } from 'kubernetes-models/apps/v1';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { Secret, Service, ServiceAccount } from 'kubernetes-models/v1';
import type { Manifest } from './helm.ts';

const MODELS = {
  'apps/v1 Deployment': Deployment,
  'autoscaling/v2 HorizontalPodAutoscaler': HorizontalPodAutoscaler,
  'keda.sh/v1alpha1 ScaledObject': ScaledObject,
  'monitoring.coreos.com/v1 ServiceMonitor': ServiceMonitor,
  'networking.k8s.io/v1 NetworkPolicy': NetworkPolicy,
  'policy/v1 PodDisruptionBudget': PodDisruptionBudget,
  'v1 Secret': Secret,
  'v1 Service': Service,
  'v1 ServiceAccount': ServiceAccount,
};

/** Throws when it is of a kind that the chart should not make, or breaks its schema. */
export function checkManifest(manifest: Manifest): void {
  const kind = `${manifest.apiVersion} ${manifest.kind}`;
  if (!Object.hasOwn(MODELS, kind))
    throw new Error(`The chart makes a ${kind}, whose schema is not known here.`);
  const Model = MODELS[kind as keyof typeof MODELS] as new (data: unknown) => { validate(): void };
  new Model(manifest).validate();
}
