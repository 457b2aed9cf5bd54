import assert from "node:assert/strict";
import { test } from "node:test";

import {
  answersOf,
  classesOf,
  handsOf,
  roomOf,
  summaryOf,
} from "../../../xray_core/reports/deck/page/votes.js";

const map = (run, label, title, probability) => ({
  run,
  model: `Model ${run}`,
  label,
  title,
  probability,
});

const FILMS = [
  {
    name: "Film 1",
    maps: [
      map("a", "normal", "Normal", 0.2),
      map("a", "covid", "COVID-19", 0.8),
      map("b", "normal", "Normal", 0.9),
      map("b", "covid", "COVID-19", 0.1),
    ],
    truth: { label: "covid", title: "COVID-19" },
    votes: { normal: 3, covid: 9 },
  },
  {
    name: "Film 2",
    maps: [map("a", "normal", "Normal", 0.7), map("a", "covid", "COVID-19", 0.3)],
    truth: { label: "normal", title: "Normal" },
    votes: { covid: 5 },
  },
  {
    name: "Film 3",
    maps: [map("a", "normal", "Normal", 0.7)],
    truth: { label: "normal", title: "Normal" },
    votes: {},
  },
  {
    name: "Film 4",
    maps: [map("a", "normal", "Normal", 0.7)],
    truth: { label: "", title: "" },
    votes: { normal: 2, covid: 2 },
  },
];

test("a model answers the class of the highest probability", () => {
  const answers = answersOf(FILMS[0].maps).map(({ run, label }) => [run, label]);
  assert.deepEqual(answers, [
    ["a", "covid"],
    ["b", "normal"],
  ]);
});

test("the classes are those of all maps and labels", () => {
  assert.deepEqual(classesOf(FILMS), [
    ["normal", "Normal"],
    ["covid", "COVID-19"],
  ]);
});

test("the room answers what most hands say; a tie answers nothing", () => {
  assert.deepEqual(roomOf({ normal: 3, covid: 9 }), { label: "covid", n: 9, all: 12 });
  assert.deepEqual(roomOf({ normal: 2, covid: 2 }), { label: null, n: 2, all: 4 });
  assert.equal(roomOf({ normal: 0 }), null);
});

test("the summary counts films with label that the room voted on", () => {
  const { header, rows, scores } = summaryOf(FILMS);
  assert.deepEqual(header, ["Film", "Room", "Model a", "Model b", "Label"]);
  const words = rows.map((cells) => cells.map((cell) => cell.words));
  assert.deepEqual(words, [
    ["Film 1", "COVID-19, 9 of 12", "COVID-19", "Normal", "COVID-19"],
    ["Film 2", "COVID-19, 5 of 5", "Normal", "–", "Normal"],
    ["Film 3", "no vote", "Normal", "–", "Normal"],
    ["Film 4", "a tie", "Normal", "–", "none"],
  ]);
  assert.deepEqual(scores, ["Right", "1 of 2", "2 of 2", "0 of 1", ""]);
});

test("without any vote nothing is counted", () => {
  assert.equal(summaryOf(FILMS.slice(2)).scores, null);
});

test("hands are whole numbers that a room can hold", () => {
  assert.deepEqual(["7", "2.9", "-3", "", "many", "5000"].map(handsOf), [7, 2, 0, 0, 0, 999]);
});
