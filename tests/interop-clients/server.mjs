// The program as it is built, on ports and data of its own.
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const program = process.env.XENIOS ?? fileURLToPath(new URL('../../src/Xenios.Host/bin/Release/net10.0/xenios.dll', import.meta.url))

/** A port that was free a moment ago. */
export const freePort = () => new Promise((resolve, reject) => {
  const server = createServer().once('error', reject).listen(0, '127.0.0.1', () => {
    const { port } = server.address()
    server.close(() => resolve(port))
  })
})

/** Starts the server; `hostNames` are those of the server and of X, `resources` is the text of the resource file, JSON or YAML. */
export async function startServer(resources, hostNames = ['127.0.0.1', '127.0.0.1']) {
  const [port, sandboxPort] = [await freePort(), await freePort()]
  const [issuer, sandbox] = [`http://${hostNames[0]}:${port}`, `http://${hostNames[1]}:${sandboxPort}`]
  const folder = await mkdtemp(join(tmpdir(), 'xenios-interop-'))
  const file = join(folder, 'resources.yaml')
  await writeFile(file, typeof resources === 'string' ? resources : JSON.stringify(resources))
  let child, output = ''

  /** Ends the program: at its own pace, or with SIGKILL in the middle of whatever it does. */
  const end = async (signal) => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => { child.once('exit', resolve) })
    child.kill(signal)
    await ended
  }
  const stop = async () => {
    await end('SIGTERM')
    await rm(folder, { recursive: true, force: true })
  }
  const run = async () => {
    child = spawn('dotnet', [program, 'up', '--url', issuer, '--sandbox:url', sandbox, '--data', join(folder, 'data'), '--resources', file])
    child.stdout.on('data', (text) => { output += text })
    child.stderr.on('data', (text) => { output += text })

    // By address: not every resolver knows names below localhost.
    for (let tries = 0; tries < 600 && child.exitCode === null; tries++) {
      if (await fetch(`http://127.0.0.1:${port}/health/ready`).then(({ ok }) => ok, () => false)) return
      await new Promise((resolve) => { setTimeout(resolve, 50) })
    }
    await stop()
    throw new Error(`the server did not start:\n${output}`)
  }
  await run()
  return { issuer, sandbox, stop, run, kill: () => end('SIGKILL'), output: () => output }
}
