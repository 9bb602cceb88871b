/** An image the tests can use without any registry. */
export interface ImageSpec {
  readonly tags: readonly string[];
  readonly command: readonly string[];
  /** As in a Dockerfile's USER. The kubelet can check `runAsNonRoot` only against a number. */
  readonly user?: string;
  readonly port?: number;
  /** Its program is built for a processor that no machine of ours has. */
  readonly foreignProgram?: boolean;
}

/** The image of every Pod's sandbox. */
export const pauseImage = "registry.k8s.io/pause:3.10";

const serve = (port: number) => ["/bin/httpd", "-f", "-v", "-p", `${port}`, "-h", "/www"];
const listen = (port: number) => ["/bin/nc", "-ll", "-p", `${port}`, "-e", "/bin/cat"];

/**
 * All of them hold one busybox with its applets and /www/{index.html,healthz,ready};
 * they differ by what runs when a Pod names no command, by user, and by name.
 */
export const images: readonly ImageSpec[] = [
  { tags: [pauseImage], command: ["/bin/sleep", "2147483647"] },
  { tags: ["docker.io/library/busybox:1.36", "docker.io/library/alpine:3.20"], command: ["/bin/sh"] },
  { tags: ["docker.io/library/nginx:1.27", "docker.io/library/httpd:2.4"], command: serve(80), port: 80 },
  { tags: ["docker.io/library/redis:7"], command: listen(6379), port: 6379 },
  { tags: ["docker.io/library/postgres:16"], command: listen(5432), port: 5432 },
  { tags: ["registry.local/app:1.0", "registry.local/app:2.0"], command: serve(8080), port: 8080 },
  { tags: ["registry.local/app:1.0-nonroot"], command: serve(8080), port: 8080, user: "65534" },
  { tags: ["registry.local/app:1.0-nobody"], command: serve(8080), port: 8080, user: "nobody" },
  {
    tags: ["registry.local/worker:1.0"],
    command: ["/bin/sh", "-c", "while :; do echo working; sleep 5; done"],
  },
  { tags: ["registry.local/app:1.0-arm64"], command: ["/app/server"], foreignProgram: true },
];

/** Every tag there is. */
export function imageTags(): string[] {
  return images.flatMap(({ tags }) => tags);
}
