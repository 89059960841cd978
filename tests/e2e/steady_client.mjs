// A steady load from Node's own clients, which do what h2load does not: go on with a new connection when the server
// says `Connection: close` or GOAWAY. A request without a whole answer of 200 has failed, and is not asked again, but for
// one case: a request that the client had queued when GOAWAY arrived, and so never sent, is closed as REFUSED_STREAM (RFC
// 9113, 8.7), which says that nobody has seen it. Those are counted as `unsent`.
//   node steady_client.mjs h1|h2 URL REQUESTS LANES PER_SECOND_AND_LANE BODY
// prints {"succeeded", "connections", "unsent", "failures": {reason: count}}.
import http from 'node:http'
import http2 from 'node:http2'
import { performance } from 'node:perf_hooks'

const [protocol, address, requests, lanes, rate, body] = process.argv.slice(2)
const url = new URL(address)
const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
const SESSION_LANES = 5
let connections = 0
let succeeded = 0
let unsent = 0
const failures = {}

function judge(resolve, status, bytes) {
  if (status === 200 && bytes > 0) succeeded += 1
  else failures[`status ${status}, ${bytes} bytes`] = (failures[`status ${status}, ${bytes} bytes`] ?? 0) + 1
  resolve()
}

function fail(resolve, error) {
  const reason = String(error.message ?? error)
  failures[reason] = (failures[reason] ?? 0) + 1
  resolve()
}

function oneConnection() {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  return () => new Promise((resolve) => {
    const request = http.request(url, { agent, method: 'POST', headers }, (response) => {
      let bytes = 0
      response.on('data', (data) => { bytes += data.length })
      response.on('end', () => judge(resolve, response.statusCode, bytes))
      response.on('error', (error) => fail(resolve, error))
    })
    request.on('socket', (socket) => { if (socket.connecting && !request.reusedSocket) connections += 1 })
    request.on('error', (error) => fail(resolve, error))
    request.end(body)
  })
}

function oneSession() {
  let session = null
  const present = () => {
    if (session === null || session.closed || session.destroyed || session.left) {
      const fresh = http2.connect(url.origin)
      connections += 1
      fresh.on('goaway', () => { fresh.left = true })
      fresh.on('error', () => { fresh.left = true }) // told to each of its requests, too
      session = fresh
    }
    return session
  }
  const ask = () => new Promise((resolve) => {
    const used = present()
    const stream = used.request({ ':method': 'POST', ':path': url.pathname, ...headers })
    let status = 0
    let bytes = 0
    let broken = null
    stream.on('response', (fields) => { status = fields[':status'] })
    stream.on('data', (data) => { bytes += data.length })
    stream.on('error', (error) => { broken = error })
    stream.on('close', () => {
      if (used.left && stream.rstCode === http2.constants.NGHTTP2_REFUSED_STREAM) {
        unsent += 1
        resolve(ask())
      } else if (broken) fail(resolve, broken)
      else judge(resolve, status, bytes)
    })
    stream.end(body)
  })
  return ask
}

async function lane(ask, count) {
  const start = performance.now()
  for (let i = 0; i < count; i += 1) {
    const early = start + (i * 1000) / rate - performance.now()
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early))
    await ask()
  }
}

const count = requests / lanes
const running = []
let ask = null
for (let i = 0; i < lanes; i += 1) {
  if (protocol === 'h1') ask = oneConnection()
  else if (i % SESSION_LANES === 0) ask = oneSession()
  running.push(lane(ask, count))
}
await Promise.all(running)
console.log(JSON.stringify({ succeeded, connections, unsent, failures }))
process.exit(0)
