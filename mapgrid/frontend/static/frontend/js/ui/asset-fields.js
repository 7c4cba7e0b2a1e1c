// What can be written down about a component, a hazard point and a building.

import { gettext } from "../core/i18n.js";

const choices = (pairs) => pairs.map(([value, label]) => ({ value, label }));

export const FIELDS = {
  component: () => [
    { name: "category", label: gettext("Category"), type: "category", required: true },
    { name: "name", label: gettext("Name"), max: 80 },
    {
      name: "code16",
      from: "id16",
      label: gettext("16-digit ID"),
      max: 16,
      pattern: "[0-9]{16}",
      mode: "numeric",
    },
    {
      name: "state",
      label: gettext("State"),
      type: "select",
      initial: "in_use",
      options: choices([
        ["in_use", gettext("In use")],
        ["damaged", gettext("Damaged")],
        ["missing", gettext("Missing")],
      ]),
    },
    { name: "installed_on", label: gettext("Installed on"), type: "date" },
    { name: "note", label: gettext("Note"), type: "textarea", max: 400 },
  ],
  hazard: () => [
    { name: "name", label: gettext("Name"), max: 80, required: true },
    { name: "kind", label: gettext("Kind"), type: "select", required: true, options: hazardKinds() },
    {
      name: "season",
      label: gettext("Season"),
      type: "select",
      initial: "all",
      options: choices([
        ["all", gettext("All year")],
        ["rain", gettext("Rainy season")],
        ["winter", gettext("Winter")],
        ["summer", gettext("Summer")],
      ]),
    },
    {
      name: "severity",
      label: gettext("Severity"),
      type: "select",
      initial: "2",
      number: true,
      options: choices([
        ["1", gettext("Low")],
        ["2", gettext("Medium")],
        ["3", gettext("High")],
      ]),
    },
    { name: "contact", from: "contact_masked", masked: true, label: gettext("Contact"), max: 80 },
    {
      name: "contact_phone",
      from: "contact_phone_masked",
      masked: true,
      label: gettext("Contact's phone"),
      max: 20,
      mode: "tel",
    },
    { name: "next_check_on", label: gettext("Next check due"), type: "date" },
    { name: "note", label: gettext("Note"), type: "textarea", max: 400 },
  ],
  building: () => [
    { name: "name", label: gettext("Name"), max: 80, required: true },
    { name: "address", label: gettext("Address"), max: 160 },
    { name: "compound", label: gettext("Compound"), max: 80 },
    {
      name: "kind",
      label: gettext("Kind"),
      type: "select",
      initial: "residential",
      options: buildingKinds(),
    },
    { name: "floors", label: gettext("Floors"), type: "number", number: true, short: true },
    { name: "entrances", label: gettext("Entrances"), type: "number", number: true, short: true },
    { name: "households", label: gettext("Households"), type: "number", number: true, short: true },
  ],
};

export function hazardKinds() {
  return choices([
    ["dangerous_house", gettext("Dangerous old house")],
    ["flood_prone", gettext("Flood-prone spot")],
    ["construction_site", gettext("Construction site")],
    ["fire_lane", gettext("Fire lane")],
    ["other", gettext("Other hazard")],
  ]);
}

function buildingKinds() {
  return choices([
    ["residential", gettext("Residential")],
    ["shop", gettext("Shop")],
    ["office", gettext("Office")],
    ["school", gettext("School")],
    ["hospital", gettext("Hospital")],
    ["market", gettext("Market")],
    ["industrial", gettext("Industrial")],
    ["public", gettext("Public")],
    ["other", gettext("Other")],
  ]);
}

export const KIND_LABEL = {
  component: () => gettext("Component"),
  hazard: () => gettext("Hazard point"),
  building: () => gettext("Building"),
};
