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
  const child = spawn('dotnet', [program, 'up', '--url', issuer, '--sandbox:url', sandbox, '--data', join(folder, 'data'), '--resources', file])
  let output = ''
  child.stdout.on('data', (text) => { output += text })
  child.stderr.on('data', (text) => { output += text })
  const stop = async () => {
    if (child.exitCode === null) {
      const ended = new Promise((resolve) => { child.once('exit', resolve) })
      child.kill()
      await ended
    }
    await rm(folder, { recursive: true, force: true })
  }

  // By address: not every resolver knows names below localhost.
  for (let tries = 0; tries < 150; tries++) {
    if (child.exitCode !== null) break
    if (await fetch(`http://127.0.0.1:${port}/health/ready`).then(({ ok }) => ok, () => false)) return { issuer, sandbox, stop, output: () => output }
    await new Promise((resolve) => { setTimeout(resolve, 200) })
  }
  await stop()
  throw new Error(`the server did not start:\n${output}`)
}
