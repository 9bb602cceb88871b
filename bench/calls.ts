import { open, residentMegabytes } from "./session.ts";

export interface Calls {
  readonly tool: string;
  /** Milliseconds of the first call, which loads what answers it and opens the recording. */
  readonly first: number;
  /** Milliseconds of each further one. */
  readonly further: readonly number[];
  /** Resident MB after the last. */
  readonly memory: number | undefined;
}

/** Calls a tool again and again on one connection, one call at a time. */
export async function measureCalls(
  command: string,
  args: readonly string[],
  tool: string,
  input: object,
  count: number,
): Promise<Calls> {
  const session = open(command, args);
  const clientInfo = { name: "bench", version: "1.0.0" };
  await session.ask("initialize", { protocolVersion: "2025-11-25", capabilities: {}, clientInfo });
  session.notify("notifications/initialized");
  const call = async (): Promise<number> => {
    const began = performance.now();
    const answer = await session.ask("tools/call", { name: tool, arguments: input });
    if (!answer.includes('"structuredContent"')) throw new Error(`${tool} failed: ${answer.slice(0, 300)}`);
    return performance.now() - began;
  };
  const first = await call();
  const further: number[] = [];
  for (let index = 0; index < count; index++) further.push(await call());
  const memory = residentMegabytes(session.pid);
  await session.close();
  return { tool, first, further, memory };
}
