// Talks to a model with OpenAI's client as a program of a user does, and prints what came, as JSON:
// its models, a chat in one piece, the same streamed piece by piece, and what a wrong
// key brings. Where the model is stands in the environment.
import OpenAI from 'openai';

const options = { baseURL: process.env.SLIPWAY_MODEL_URL, apiKey: process.env.SLIPWAY_CLIENT_TOKEN, maxRetries: 0 };
const client = new OpenAI(options);
const question = { model: 'scripted', messages: [{ role: 'user', content: 'say it slowly' }] };

const models = [];
for await (const model of client.models.list()) models.push(model.id);
const whole = (await client.chat.completions.create(question)).choices[0].message.content;

// The model sends the next piece only when it is told that this one has come.
const pieces = [];
for await (const part of await client.chat.completions.create({ ...question, stream: true })) {
  const text = part.choices[0]?.delta?.content;
  if (!text) continue;
  pieces.push(text);
  const headers = { Authorization: `Bearer ${options.apiKey}` };
  const answer = await fetch(process.env.SLIPWAY_MODEL_ACK, { method: 'POST', body: text, headers });
  if (!answer.ok) throw new Error(`acknowledging: ${answer.status}`);
}

const refused = await new OpenAI({ ...options, apiKey: 'wrong' }).chat.completions.create(question)
  .then(() => null, (error) => ({ status: error.status, name: error.constructor.name }));
process.stdout.write(`${JSON.stringify({ models, whole, pieces, refused })}\n`);
